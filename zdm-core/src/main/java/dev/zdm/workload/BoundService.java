package dev.zdm.workload;

import dev.zdm.plan.Service;
import dev.zdm.postgres.SqlState;
import dev.zdm.service.RunningService;
import dev.zdm.service.SessionWatch;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.IntConsumer;
import javax.sql.DataSource;

/**
 * A service at work for an application version. It knows which errors the server has told the service lately, so that a
 * request that fails is told with the server's reason and not only with a status. Safe for use by several threads.
 */
final class BoundService implements SessionWatch, AutoCloseable {
    private static final int KEPT = 64;
    private static final int LINES_OF_LOG = 12;

    private final IntConsumer sessions;
    private final Deque<Told> errors = new ArrayDeque<>();
    private final RunningService running;
    private final HttpApi api;

    private record Told(long nanos, SqlState sqlState, String message) {}

    private BoundService(Service service, DataSource source, IntConsumer sessions) {
        this.sessions = sessions;
        this.running = RunningService.start(service, source, this);
        this.api = new HttpApi(running.uri());
    }

    /**
     * Starts a service.
     *
     * @param source leads to its database
     * @param sessions learns the process ids of its sessions
     */
    static BoundService start(Service service, DataSource source, IntConsumer sessions) {
        return new BoundService(service, source, sessions);
    }

    HttpApi api() {
        return api;
    }

    @Override
    public void began(int pid) {
        sessions.accept(pid);
    }

    @Override
    public void failed(int pid, SqlState sqlState, String message) {
        synchronized (errors) {
            if (errors.size() == KEPT) {
                errors.removeFirst();
            }
            errors.addLast(new Told(System.nanoTime(), sqlState, message));
        }
    }

    /**
     * Returns a failure with the last thing that the server has told the service since the operation began, the end of the
     * service if it has ended, and its last words.
     *
     * @param began when the operation began, of {@link System#nanoTime()}
     */
    Exception explained(Exception failure, long began) {
        String words = String.join("\n", running.lastLines(LINES_OF_LOG));
        String log = words.isEmpty() ? "" : "\nlast words of the service:\n" + words;
        String end = running.ended().map(why -> "; " + why).orElse("");
        return lastSince(began)
                .map(told -> new ServiceFailedException(
                        told.message() + " (" + failure.getMessage() + end + ")" + log,
                        new SQLException(told.message(), told.sqlState().code())))
                .orElseGet(() -> new ServiceFailedException(failure.getMessage() + end + log, failure));
    }

    private Optional<Told> lastSince(long began) {
        synchronized (errors) {
            return Optional.ofNullable(errors.peekLast()).filter(error -> error.nanos() - began >= 0);
        }
    }

    @Override
    public void close() {
        running.close();
    }
}
