package dev.zdm.plan;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How a change gets its locks without making the application wait for long: it asks for a short time, gives way, and
 * tries again.
 *
 * <p>While a statement waits for a lock, everybody who needs a lock that conflicts with it queues behind it, so {@code
 * lockTimeout} is how long the application may stand still, and the pauses are the time in which the queue drains.
 *
 * @param lockTimeout the {@code lock_timeout} of each try, at least 1 ms; less than the application may wait
 * @param tries how often it asks for the same lock, at least 1
 * @param firstPause the time between the first two tries, zero or more; doubled from try to try
 * @param longestPause the longest time between two tries, at least {@code firstPause}
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT">lock_timeout</a>
 */
public record LockRetry(Duration lockTimeout, int tries, Duration firstPause, Duration longestPause) {
    /** 50 ms, 30 tries, pauses from 100 ms to 5 s: gives up after about two minutes. */
    public static final LockRetry DEFAULT =
            new LockRetry(Duration.ofMillis(50), 30, Duration.ofMillis(100), Duration.ofSeconds(5));

    private static final int MOST_DOUBLINGS = 30;

    public LockRetry {
        if (lockTimeout.toMillis() < 1) {
            throw new PlanException(
                    "the lock_timeout of a change that tries again must be at least 1 ms, found " + lockTimeout);
        }
        if (tries < 1) {
            throw new PlanException("a change needs at least 1 try, found " + tries);
        }
        if (firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
            throw new PlanException(
                    "the pauses between tries must not be negative, and the longest not shorter than the "
                            + "first, found " + firstPause + " and " + longestPause);
        }
    }

    /** Returns the same with another {@code lock_timeout}. */
    public LockRetry withLockTimeout(Duration timeout) {
        return new LockRetry(timeout, tries, firstPause, longestPause);
    }

    /** Returns the same with another number of tries. */
    public LockRetry withTries(int number) {
        return new LockRetry(lockTimeout, number, firstPause, longestPause);
    }

    /** Returns the same with other pauses. */
    public LockRetry withPauses(Duration first, Duration longest) {
        return new LockRetry(lockTimeout, tries, first, longest);
    }

    /**
     * Returns how long to pause after a number of failed tries: between half and all of what doubling makes of the first
     * pause, so that several that wait for the same lock do not come at once.
     *
     * @param failed how many tries have failed, at least 1
     * @param random draws the part that is left to chance
     */
    public Duration pause(int failed, RandomGenerator random) {
        long doubled = firstPause.toNanos() << Math.min(failed - 1, MOST_DOUBLINGS);
        boolean tooLong = doubled < 0 || doubled >> Math.min(failed - 1, MOST_DOUBLINGS) != firstPause.toNanos();
        long full = tooLong ? longestPause.toNanos() : Math.min(doubled, longestPause.toNanos());
        return Duration.ofNanos(full / 2 + (long) (full / 2.0 * random.nextDouble()));
    }
}
