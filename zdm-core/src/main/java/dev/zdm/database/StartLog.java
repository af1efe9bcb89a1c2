package dev.zdm.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a server says while it starts: to its standard error first, to its log once the collector runs.
 *
 * @param server what it is, as messages call it
 */
record StartLog(ServerHome home, String server, LogFormat format) {
    private static final int LINES_TO_SHOW = 20;
    private static final Duration COLLECTOR_LIMIT = Duration.ofSeconds(10);

    /** Returns the file that gets the standard error. */
    static Path file(ServerHome home) {
        return home.path().resolve("stderr.txt");
    }

    /**
     * Waits until the log of a server that has ended is complete: the collector is a process of its own, which writes
     * what the server said, and creates its files, some time after the server's end.
     */
    void awaitEnd() throws IOException {
        long deadline = System.nanoTime() + COLLECTOR_LIMIT.toNanos();
        while (says("logging collector") && !says("database system is shut down") && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private boolean says(String text) throws IOException {
        return lines().stream().anyMatch(line -> line.contains(text));
    }

    boolean saysPortIsTaken() throws IOException {
        return says("could not bind") || says("Address already in use");
    }

    void clear() throws IOException {
        Files.deleteIfExists(file(home));
        FileTrees.delete(home.log());
    }

    DatabaseException failure(EmbeddedSettings settings, int port, Command.Outcome outcome) throws IOException {
        List<String> lines = lines();
        String last = String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_TO_SHOW), lines.size()));
        return new Explanation(
                        server + " did not start",
                        "ready on 127.0.0.1:" + port + " within "
                                + settings.startLimit().toSeconds() + " s",
                        "pg_ctl ended with exit code " + outcome.exitCode() + "; the server's last lines:\n" + last,
                        remedy(settings))
                .toException();
    }

    private String remedy(EmbeddedSettings settings) throws IOException {
        if (saysPortIsTaken()) {
            return "find out what takes the ports that the system says are free";
        }
        for (Shortage shortage : Shortage.values()) {
            if (says(shortage.words)) {
                return shortage.remedy(home, settings);
            }
        }
        return settings.serverSettings().isEmpty()
                ? "see what the server says above; if it says nothing, allow it more time to start"
                : check(settings);
    }

    private static String check(EmbeddedSettings settings) {
        return "check the server settings given: " + settings.serverSettings();
    }

    /** What a server may have too little of, and says so. The first that fits counts. */
    private enum Shortage {
        /** A container has 64 MB of it unless it is told otherwise. */
        DYNAMIC_SHARED_MEMORY(
                "could not resize shared memory segment",
                "make /dev/shm larger (docker run --shm-size=256m), or set dynamic_shared_memory_type=mmap"),
        SHARED_MEMORY_OF_THE_KERNEL(
                "could not create shared memory segment",
                "leave shared_memory_type at mmap, or raise the kernel's limits (sysctl kernel.shmmax, kernel.shmall)"),
        MEMORY("could not map anonymous shared memory", "give the machine or container more memory"),
        DISK("No space left on device", "free some space, or name another directory with -Djava.io.tmpdir");

        private final String words;
        private final String remedy;

        Shortage(String words, String remedy) {
            this.words = words;
            this.remedy = remedy;
        }

        String remedy(ServerHome home, EmbeddedSettings settings) {
            String place = this == DISK ? ";\n" + FreeSpace.of(home.path()) : "";
            String given = settings.serverSettings().isEmpty() ? "" : ";\n" + check(settings);
            return remedy + place + given;
        }
    }

    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        if (Files.exists(file(home))) {
            lines.addAll(new String(Files.readAllBytes(file(home)), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        }
        if (Files.isDirectory(home.log())) {
            try (LogTail log = LogTail.fromStart(home.log(), format)) {
                log.poll().forEach(entry -> lines.add(entry.severity() + ": " + entry.message()));
            }
        }
        return lines;
    }
}
