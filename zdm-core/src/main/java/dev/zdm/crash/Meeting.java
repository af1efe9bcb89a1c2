package dev.zdm.crash;

import dev.zdm.change.StatementListener;
import dev.zdm.observation.CrashHistory.Moment;
import dev.zdm.postgres.SqlStatement;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where the thread that carries out a change waits for the one that crashes it.
 *
 * <p>The change's thread stops at the point; the other one learns of it, does its work and lets it go on.
 */
final class Meeting implements StatementListener {
    private static final long LONGEST_SECONDS = 60;

    private final CrashPoint point;
    private final boolean resumes;
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private int count;
    private volatile @Nullable SqlStatement statement;
    private volatile int backend;
    private volatile boolean passed;

    /**
     * Arranges a meeting.
     *
     * @param resumes whether a run goes on where an earlier one stopped; its statements' lines then tell their numbers, and
     *     the first one is met that has come so far
     */
    Meeting(CrashPoint point, boolean resumes) {
        this.point = point;
        this.resumes = resumes;
    }

    @Override
    public void sessionOpened(int pid) {
        // The statement tells its session itself.
    }

    @Override
    public @Nullable Object around(Execution execution) throws SQLException {
        count = resumes ? execution.statement().line() : count + 1;
        if (statement != null || count < point.step().number()) {
            return execution.proceed();
        }
        statement = execution.statement();
        if (point.moment() == Moment.AFTER) {
            Object result = execution.proceed();
            arrive(execution);
            await(over);
            return result;
        }
        arrive(execution);
        await(mayGoOn);
        Object result = execution.proceed();
        passed = true;
        await(over);
        return result;
    }

    private void arrive(Execution execution) {
        backend = execution.pid();
        arrived.countDown();
    }

    private static void await(CountDownLatch latch) throws SQLException {
        try {
            if (!latch.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                throw new SQLException("the crash did not come");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted at a crash point", e);
        }
    }

    /** Returns whether the change is at its point, after a short wait. */
    boolean isThere() throws InterruptedException {
        return arrived.await(1, TimeUnit.MILLISECONDS);
    }

    /** Returns the backend that runs the statement, once the change is at its point. */
    int backend() {
        return backend;
    }

    /** Returns the statement at which the change is met; null: at none so far. */
    @Nullable
    SqlStatement statement() {
        return statement;
    }

    /** Returns whether the statement has succeeded although it was to be stopped. */
    boolean isPassed() {
        return passed;
    }

    /** Lets the statement run. */
    void goOn() {
        mayGoOn.countDown();
    }

    /** Lets the change go on after the crash, or after the statement that was not stopped. */
    void end() {
        mayGoOn.countDown();
        over.countDown();
    }
}
