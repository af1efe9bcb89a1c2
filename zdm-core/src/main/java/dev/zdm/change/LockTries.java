package dev.zdm.change;

import dev.zdm.plan.LockRetry;
import dev.zdm.postgres.SqlState;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Tries something again until its locks are free, as often as is allowed. For use by one thread. */
final class LockTries implements Tries {
    private final LockRetry retry;
    private final Supplier<String> holders;
    private final Pause pause;
    private final RandomGenerator random;
    private final LongSupplier nanoTime;

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void pause(Duration time) throws InterruptedException;
    }

    /**
     * Makes tries.
     *
     * @param holders says who held the lock at the last try, in words; empty: nobody knows
     */
    LockTries(LockRetry retry, Supplier<String> holders, Pause pause, RandomGenerator random, LongSupplier nanoTime) {
        this.retry = retry;
        this.holders = holders;
        this.pause = pause;
        this.random = random;
        this.nanoTime = nanoTime;
    }

    @Override
    public int call(Attempt attempt) throws Exception {
        long began = nanoTime.getAsLong();
        for (int tried = 1; ; tried++) {
            try {
                return attempt.run();
            } catch (GaveUpException e) {
                throw e;
            } catch (Exception e) {
                if (!SqlState.of(e).equals(SqlState.LOCK_NOT_AVAILABLE)) {
                    throw e;
                }
                if (tried >= retry.tries()) {
                    throw new GaveUpException(gaveUp(tried, nanoTime.getAsLong() - began), e);
                }
            }
            pause.pause(retry.pause(tried, random));
        }
    }

    private String gaveUp(int tried, long nanos) {
        String held = holders.get();
        return "gave up after " + tried + (tried == 1 ? " try" : " tries") + " with a lock_timeout of "
                + retry.lockTimeout().toMillis() + " ms, in " + Math.round(nanos / 1e8) / 10.0 + " s; "
                + (held.isEmpty() ? "who held the lock was not seen" : "the lock was held by " + held);
    }
}
