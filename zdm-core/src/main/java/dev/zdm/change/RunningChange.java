package dev.zdm.change;

import dev.zdm.plan.Change;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A change that is carried out on a thread of its own and can be stopped: whatever it waits for, it does not wait longer
 * than its controller. Controlled by one thread.
 */
public final class RunningChange {
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long STEP_MILLIS = 50;

    private final Change change;
    private final ChangeRunner runner;
    private final Thread thread;
    private volatile @Nullable ChangeException failure;

    /**
     * Begins to carry out a change.
     *
     * @param sessions opens the sessions that it runs on
     * @param parameters the values of {@code :name} in scripts and statements
     * @param listener stands around every statement
     */
    public RunningChange(Change change, SessionSource sessions, SqlParameters parameters, StatementListener listener) {
        this.change = change;
        this.runner = new ChangeRunner(sessions, parameters, listener);
        this.thread = new Thread(this::carryOut, "zdm migration");
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        thread.setDaemon(true);
        thread.start();
    }

    private void carryOut() {
        try {
            runner.run(change);
        } catch (ChangeException e) {
            failure = e;
        }
    }

    /** Returns whether it has not ended. */
    public boolean isRunning() {
        return thread.isAlive();
    }

    /** Returns the backends of the sessions that it has open now. */
    public Set<Integer> backends() {
        return runner.backends();
    }

    /** Waits for the end at most this long, and returns whether it came. */
    public boolean await(Duration limit) throws InterruptedException {
        thread.join(Math.max(1, limit.toMillis()));
        return !thread.isAlive();
    }

    /** Returns why the change failed or that it was stopped; null: it did not fail, or not yet. */
    public @Nullable ChangeException failure() {
        return failure;
    }

    /**
     * Stops the change: no more statements, the ones under way are cancelled, the thread is interrupted; then its sessions
     * are terminated; then their connections are cut. Returns when the thread has ended or does not react, in seconds.
     * What the change was doing and who stood in its way goes into the {@link #failure()}. Does not react to interrupts.
     *
     * @param why why it is stopped, as {@code it was stopped after 5 s, the limit of a change}
     * @param control opens a session of the same database for a user who may cancel the change's
     */
    public void stop(String why, SessionSource control) {
        boolean interrupted = Thread.interrupted();
        String explanation = why + "; " + lookAndStop(why, control);
        if (thread.isAlive()) {
            runner.cut();
            awaitEnd(GRACE_NANOS, () -> {});
        }
        ChangeException own = failure;
        if (thread.isAlive()) {
            failure = ChangeException.stopped(
                    change.describe(),
                    null,
                    null,
                    explanation + "; its thread does not react to being interrupted and was left behind");
        } else if (own != null) {
            failure = ChangeException.stopped(change.describe(), own.statement(), own, explanation);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Lets the change be gone as if its process had been killed: its connections are cut, and no session and no statement
     * of it begins any more. Returns at once; safe for use by any thread.
     */
    public void cutOff(String why) {
        runner.stop(why);
        runner.cut();
    }

    private String lookAndStop(String why, SessionSource control) {
        try (Connection connection = control.open()) {
            String doing = "it was " + new LockReport(connection).of(runner.backends());
            runner.stop(why);
            thread.interrupt();
            awaitEnd(GRACE_NANOS, () -> signal("select pg_cancel_backend(?)", connection));
            if (thread.isAlive()) {
                awaitEnd(GRACE_NANOS, () -> signal("select pg_terminate_backend(?)", connection));
            }
            return doing;
        } catch (SQLException e) {
            runner.stop(why);
            thread.interrupt();
            return "what it was doing is not known: " + e.getMessage();
        }
    }

    private void signal(String sql, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int pid : runner.backends()) {
                statement.setInt(1, pid);
                statement.execute();
            }
        }
    }

    /** Something to do again and again until the thread ends: a cancel that comes between two statements is lost. */
    @FunctionalInterface
    private interface Push<E extends Exception> {
        void push() throws E;
    }

    private <E extends Exception> void awaitEnd(long nanos, Push<E> push) throws E {
        long deadline = System.nanoTime() + nanos;
        while (thread.isAlive() && System.nanoTime() < deadline) {
            push.push();
            try {
                thread.join(STEP_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
