package dev.zdm.service;

import dev.zdm.plan.Service;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service as a process of this machine, which ends with this JVM, by {@code kill -9} too.
 *
 * <p>A shell stands between the two. It starts the program, and a guardian that reads from a pipe whose other end only
 * this JVM holds: the end of the pipe is the order to stop, which {@link #close()} gives, and the end of the JVM as well.
 * The guardian leads a session of its own, so that nothing that kills a tree of processes takes it along. Without a POSIX
 * shell, as on Windows, the program is started by itself and stays when the JVM is killed.
 */
final class RunningProcess implements Running {
    private static final Logger LOG = LoggerFactory.getLogger(RunningProcess.class);
    private static final long GRACE_SECONDS = 5;

    /**
     * Starts the words behind {@code $1} and waits for their end; {@code $1} is the script of the guardian, which learns the
     * process that it is to stop. What the program starts belongs to its session, so that it goes along.
     */
    private static final String LAUNCHER = """
            guardian=$1
            shift
            exec 3<&0
            $(command -v setsid) "$@" </dev/null 3<&- &
            program=$!
            $(command -v setsid) sh -c "$guardian" zdm-service-guardian "$program" <&3 3<&- >/dev/null 2>&1 &
            exec 3<&-
            wait "$program"
            """;

    /** Waits for the end of the pipe, then asks the process to end, and kills it after 5 s. */
    private static final String GUARDIAN = """
            trap '' HUP INT TERM
            cd /
            while read -r _; do :; done
            end() { kill "-$1" "-$2" 2>/dev/null || kill "-$1" "$2" 2>/dev/null; }
            end TERM "$1"
            n=0
            while kill -0 "$1" 2>/dev/null && [ "$n" -lt 50 ]; do
                sleep 0.1 || sleep 1
                n=$((n + 1))
            done
            end KILL "$1"
            """;

    private final Process process;
    private final URI uri;
    private final boolean guarded;
    private final ServiceLog log = new ServiceLog();

    private RunningProcess(Process process, URI uri, boolean guarded) {
        this.process = process;
        this.uri = uri;
        this.guarded = guarded;
        log.follow(process.getInputStream(), "zdm service log");
    }

    /**
     * Starts a program.
     *
     * @param command its words, with nothing left in braces
     * @param uri where it will answer
     * @param environment its variables besides those of this JVM
     * @throws IOException if it cannot be started
     */
    static RunningProcess start(Service.Command command, URI uri, Map<String, String> environment) throws IOException {
        List<String> guarded = new ArrayList<>(List.of("sh", "-c", LAUNCHER, "zdm-service", GUARDIAN));
        guarded.addAll(command.command());
        try {
            return new RunningProcess(launch(guarded, command, environment), uri, true);
        } catch (IOException e) {
            LOG.info("no guardian for '{}': if this JVM is killed, it stays", command.command(), e);
            return new RunningProcess(launch(command.command(), command, environment), uri, false);
        }
    }

    private static Process launch(List<String> words, Service.Command command, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        if (command.directory() != null) {
            builder.directory(command.directory().toFile());
        }
        builder.environment().putAll(environment);
        return builder.start();
    }

    @Override
    public Optional<String> ended() {
        return process.isAlive() ? Optional.empty() : Optional.of("it ended with exit code " + process.exitValue());
    }

    @Override
    public URI uri() {
        return uri;
    }

    @Override
    public List<String> lastLines(int number) {
        return log.last(number);
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close(); // The guardian's order.
        } catch (IOException e) {
            LOG.debug("the pipe of {} was closed already", process, e);
        }
        if (!guarded) {
            process.destroy();
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(2 * GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            process.destroyForcibly();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
