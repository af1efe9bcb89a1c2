package dev.zdm.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program to run to its end.
 *
 * @param words the program and its arguments
 * @param output the file that gets what it prints; a pipe would stay open as long as a server that it starts
 */
record Command(List<String> words, Path output) {
    Command {
        words = List.copyOf(words);
    }

    /**
     * What came of a command.
     *
     * @param exitCode 0 for success
     * @param output what it printed, to both streams
     */
    record Outcome(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }

    /**
     * Runs the command; ends it if it takes longer than the limit or the thread is interrupted.
     *
     * @throws IOException if it cannot be run or takes too long
     * @throws DatabaseException if the thread is interrupted; the interrupt flag is set again
     */
    Outcome run(Duration limit) throws IOException {
        Process process = start();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("'" + words + "' took longer than " + limit.toSeconds() + " s: " + printed());
            }
            return new Outcome(process.exitValue(), printed());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseException("interrupted while running " + words, e);
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start() throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
        // Their messages are read by this program, and an unknown locale stops initdb.
        builder.environment().put("LC_ALL", "C");
        return builder.start();
    }

    private String printed() throws IOException {
        return new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip();
    }
}
