package dev.zdm.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The last lines that a service has printed. Memory is bounded: the last {@value #LINES} lines are kept, of each the first
 * {@value #LENGTH} characters.
 *
 * <p>Safe for use by several threads.
 */
final class ServiceLog {
    static final int LINES = 200;
    static final int LENGTH = 1000;

    private final Deque<String> lines = new ArrayDeque<>();

    /** Keeps a line. */
    synchronized void add(String line) {
        if (lines.size() == LINES) {
            lines.removeFirst();
        }
        lines.addLast(line.length() > LENGTH ? line.substring(0, LENGTH) + " …" : line);
    }

    /** Keeps the lines of a stream until it ends, on a thread of its own. */
    void follow(InputStream stream, String name) {
        Thread reader = new Thread(() -> read(stream), name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read(InputStream stream) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("(the log ends here: " + e.getMessage() + ")");
        }
    }

    /** Returns the last lines, oldest first. */
    synchronized List<String> last(int number) {
        return lines.stream().skip(Math.max(0, lines.size() - number)).toList();
    }
}
