package dev.zdm.change;

import dev.zdm.plan.LockRetry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sets the {@code lock_timeout} of the sessions of a change, and looks who holds the lock that a statement waits for.
 *
 * <p>It looks over a session of its own, and only while a statement takes longer than most of its {@code lock_timeout}:
 * {@code pg_blocking_pids} holds up the lock manager for a moment. Sessions get their old {@code lock_timeout} back, for
 * they may go back to a pool.
 */
final class LockPatience implements AutoCloseable {
    /** Nobody queues behind these: their locks let readers and writers pass, also while they wait. */
    private static final Pattern CONCURRENT =
            Pattern.compile("(?is)(create\\s+(unique\\s+)?index\\s+concurrently|drop\\s+index\\s+concurrently"
                    + "|reindex\\s+(\\([^)]*\\)\\s*)?(index|table|schema|database)\\s+concurrently)\\b.*");

    private static final double WHEN_TO_LOOK = 0.6;
    private static final long LOOK_AGAIN_MILLIS = 100;

    private final LockRetry retry;
    private final SessionSource watching;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "zdm lock watch");
        thread.setDaemon(true);
        return thread;
    });
    private volatile String holders = "";

    /**
     * Makes patience.
     *
     * @param watching opens a session to look from
     */
    LockPatience(LockRetry retry, SessionSource watching) {
        this.retry = retry;
        this.watching = watching;
    }

    /** Returns who was seen to hold the lock that was waited for last, in words; empty: nobody was seen. */
    String holders() {
        return holders;
    }

    /** Sets the {@code lock_timeout} of a session, and returns the one it had. */
    String set(Connection connection) throws SQLException {
        return set(connection, retry.lockTimeout().toMillis() + "ms");
    }

    private static String set(Connection connection, String timeout) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select current_setting('lock_timeout'), "
                        + "set_config('lock_timeout', '" + timeout + "', false)")) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** Gives a session that is about to be closed its old {@code lock_timeout} back, if it is still there. */
    static void restore(Connection connection, String timeout) {
        try {
            if (!connection.isClosed()) {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                    connection.setAutoCommit(true); // What is set in a transaction goes with it.
                }
                set(connection, timeout);
            }
        } catch (SQLException e) {
            // The session was lost, and its settings with it.
        }
    }

    /** Something that may throw what a statement throws. */
    @FunctionalInterface
    interface Call {
        @Nullable
        Object run() throws SQLException;
    }

    /** Runs a statement; one that lets the application pass while it waits may wait as long as it must. */
    @Nullable
    Object around(Connection connection, int pid, String sql, Call call) throws SQLException {
        if (connection.getAutoCommit() && CONCURRENT.matcher(sql.strip()).matches()) {
            String before = set(connection, "0");
            try {
                return call.run();
            } finally {
                restore(connection, before);
            }
        }
        long first = Math.max(1, (long) (retry.lockTimeout().toMillis() * WHEN_TO_LOOK));
        ScheduledFuture<?> looks = watch.scheduleWithFixedDelay(
                () -> look(pid), first, Math.max(first, LOOK_AGAIN_MILLIS), TimeUnit.MILLISECONDS);
        try {
            return call.run();
        } finally {
            looks.cancel(false);
        }
    }

    private void look(int pid) {
        // A session that is kept could be the one that the change waits for, where a pool has few.
        try (Connection from = watching.open()) {
            List<String> seen = new LockReport(from).holders(pid);
            if (!seen.isEmpty()) {
                holders = String.join(", ", seen);
            }
        } catch (SQLException e) {
            holders = "somebody who could not be asked for: " + e.getMessage();
        }
    }

    @Override
    public void close() {
        watch.shutdown();
        try {
            if (!watch.awaitTermination(Duration.ofSeconds(2).toMillis(), TimeUnit.MILLISECONDS)) {
                watch.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
