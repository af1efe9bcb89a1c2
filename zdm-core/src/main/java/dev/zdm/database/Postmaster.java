package dev.zdm.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running server: {@code pg_ctl} starts and stops it, which knows how to on every system.
 *
 * @param port the port on 127.0.0.1
 */
record Postmaster(Binaries binaries, ServerHome home, int port) {
    private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);

    /** A free port may be taken between being found and being used; five times in a row it is not by chance. */
    private static final int PORTS_TO_TRY = 5;

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    /** How far the clocks of {@code postmaster.pid} and of the process table may differ. */
    private static final Duration SAME_START = Duration.ofSeconds(60);

    private static final int LINE_OF_START = 2;
    private static final int LINE_OF_STATUS = 7;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    /**
     * Starts a server on the first of these ports that it can have.
     *
     * @param name what it is, as messages call it
     */
    static Postmaster start(
            Binaries binaries, ServerHome home, String name, EmbeddedSettings settings, IntSupplier ports)
            throws IOException {
        StartLog log = new StartLog(home, name, LogFormat.of(binaries.major()));
        for (int attempt = 1; true; attempt++) {
            Postmaster postmaster = new Postmaster(binaries, home, ports.getAsInt());
            Command.Outcome outcome = postmaster.launch("-w", settings.startLimit());
            if (outcome.succeeded()) {
                return postmaster;
            }
            postmaster.stop();
            log.awaitEnd();
            if (!log.saysPortIsTaken() || attempt == PORTS_TO_TRY) {
                throw log.failure(settings, postmaster.port, outcome);
            }
            LOG.info("port {} was taken meanwhile, trying another one", postmaster.port);
            log.clear();
        }
    }

    /**
     * Stops the server in mode {@code immediate} and starts it again.
     *
     * @throws DatabaseException if it does not start
     */
    void restart(EmbeddedSettings settings) {
        stop("-W");
        StartLog log = new StartLog(home, "The embedded PostgreSQL", LogFormat.of(binaries.major()));
        try {
            Command.Outcome outcome = launch("-W", settings.startLimit());
            if (!outcome.succeeded() || !becomesReady(settings.startLimit())) {
                throw log.failure(settings, port, outcome);
            }
        } catch (IOException e) {
            throw new DatabaseException("the server in " + home.data() + " cannot be started again", e);
        }
    }

    /** Looks every few milliseconds; {@code pg_ctl} itself looks every tenth of a second. */
    private boolean becomesReady(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!isReady()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    private boolean isReady() {
        try {
            List<String> lines = Files.readAllLines(home.data().resolve("postmaster.pid"));
            return lines.size() > LINE_OF_STATUS
                    && lines.get(LINE_OF_STATUS).strip().equals("ready")
                    && process(home.data()).isPresent();
        } catch (IOException e) {
            LOG.trace("no server in {} yet", home.data(), e);
            return false;
        }
    }

    /**
     * Starts the server.
     *
     * @param waiting {@code -w}: until it is ready; {@code -W}: not
     */
    private Command.Outcome launch(String waiting, Duration limit) throws IOException {
        String[] arguments = {
            "start",
            waiting,
            "-t",
            Long.toString(limit.toSeconds()),
            "-D",
            data(),
            "-l",
            StartLog.file(home).toString(),
            "-o",
            "-p " + port
        };
        return pgCtl(limit.plus(GRACE), arguments);
    }

    private Command.Outcome pgCtl(Duration limit, String... arguments) throws IOException {
        return new Command(binaries.command("pg_ctl", arguments), home.path().resolve("pg_ctl.txt")).run(limit);
    }

    private String data() {
        return home.data().toString();
    }

    /**
     * Stops the server without waiting for its sessions or a checkpoint: its data are to be removed. Does not throw,
     * and puts off an interrupt.
     */
    void stop() {
        stop("-w");
    }

    private void stop(String waiting) {
        boolean interrupted = Thread.interrupted();
        try {
            String limit = Long.toString(STOP_LIMIT.toSeconds());
            pgCtl(STOP_LIMIT.plus(GRACE), "stop", waiting, "-t", limit, "-m", "immediate", "-D", data());
        } catch (IOException | DatabaseException e) {
            LOG.warn("pg_ctl could not stop the server in {}", home.data(), e);
        } finally {
            killIn(home.data());
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends the server of a data directory if it still runs, and waits for its end. Does not throw. */
    static void killIn(Path data) {
        process(data).ifPresent(ProcessHandle::destroy);
        if (!ends(data)) {
            process(data).ifPresent(ProcessHandle::destroyForcibly);
            ends(data);
        }
    }

    /** Looks again and again, because the JDK can wait only for a process that its parent collects. */
    private static boolean ends(Path data) {
        long deadline = System.nanoTime() + GRACE.toNanos();
        while (process(data).isPresent()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    /**
     * Returns the server's process if it runs. A number that another process has got since is told apart by its start;
     * a process without a command has ended, though nobody has collected it.
     */
    static Optional<ProcessHandle> process(Path data) {
        try {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
            Instant start = Instant.ofEpochSecond(
                    Long.parseLong(lines.get(LINE_OF_START).strip()));
            return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                    .filter(process -> process.info().command().isPresent())
                    .filter(process -> process.info()
                            .startInstant()
                            .filter(other ->
                                    Duration.between(start, other).abs().compareTo(SAME_START) < 0)
                            .isPresent());
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            LOG.trace("no server in {}", data, e);
            return Optional.empty();
        }
    }
}
