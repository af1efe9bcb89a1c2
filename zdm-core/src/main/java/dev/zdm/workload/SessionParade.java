package dev.zdm.workload;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** All workers hold a session at the same time, so that each has its own. Each joins once, on its own thread. */
final class SessionParade {
    private static final long NUDGE_MILLIS = 200;

    private final SessionPool pool;
    private final boolean renew;
    private final long limitNanos;
    private final CyclicBarrier allHold;
    private final CountDownLatch passed;
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

    /**
     * Calls the workers.
     *
     * @param pool whose sessions they hold
     * @param renew whether every second one ends its session instead of keeping it
     * @param limit how long they wait for each other
     */
    SessionParade(SessionPool pool, int workers, boolean renew, Duration limit) {
        this.pool = pool;
        this.renew = renew;
        this.limitNanos = limit.toNanos();
        this.allHold = new CyclicBarrier(workers);
        this.passed = new CountDownLatch(workers);
    }

    void join(int index) {
        try (Connection connection = pool.getConnection()) {
            allHold.await(limitNanos, TimeUnit.NANOSECONDS);
            if (renew && index % 2 == 1) {
                pool.evict(connection);
            } else {
                touch(connection);
            }
        } catch (SQLException e) {
            failure.compareAndSet(null, e.getMessage());
            allHold.reset(); // The others need not wait for one that does not come.
        } catch (TimeoutException e) {
            failure.compareAndSet(null, late());
        } catch (BrokenBarrierException e) {
            failure.compareAndSet(null, "another worker failed to");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            passed.countDown();
        }
    }

    private static void touch(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 1");
        } catch (SQLException e) {
            // Somebody ended the session; the operation that comes next meets the same trouble, and is counted.
        }
    }

    private String late() {
        return "an operation was still under way after " + TimeUnit.NANOSECONDS.toSeconds(limitNanos) + " s";
    }

    /** Waits for all workers, making the pool look again for a session now and then, and returns what went wrong; empty: nothing did. */
    Optional<String> await() {
        long deadline = System.nanoTime() + limitNanos;
        try {
            while (!passed.await(NUDGE_MILLIS, TimeUnit.MILLISECONDS) && System.nanoTime() < deadline) {
                pool.nudge();
            }
            if (passed.getCount() > 0) {
                failure.compareAndSet(null, late());
            }
        } catch (SQLException e) {
            failure.compareAndSet(null, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure.compareAndSet(null, "the rehearsal was interrupted");
        }
        return Optional.ofNullable(failure.get());
    }
}
