package dev.zdm.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the user allows; the default is what zero-downtime means.
 *
 * @param lockWait the longest time an operation may wait for the migration, zero or more
 * @param latency the highest 99th percentile of an operation's latency after a change; null: not judged
 * @param tinyTableRows tables with at most this many rows may be scanned or rewritten under any lock
 * @param changeTime the longest time that a change may take before it is stopped, more than zero
 * @param invariantTime the longest time that the evaluation of an invariant may take before it is stopped and the verdict
 *     is inconclusive, 1 ms or more
 */
public record Tolerance(
        Duration lockWait,
        @Nullable Duration latency,
        long tinyTableRows,
        Duration changeTime,
        Duration invariantTime) {
    /**
     * No wait for the migration longer than 100 ms, latency not judged, tables up to 1000 rows are tiny, a change takes
     * at most 5 minutes, the evaluation of an invariant 10 seconds.
     */
    public static final Tolerance DEFAULT =
            new Tolerance(Duration.ofMillis(100), null, 1000, Duration.ofMinutes(5), Duration.ofSeconds(10));

    public Tolerance {
        if (lockWait.isNegative() || (latency != null && latency.isNegative()) || tinyTableRows < 0) {
            throw new PlanException("a tolerance must not be negative, found lockWait=" + lockWait + ", latency="
                    + latency + ", tinyTableRows=" + tinyTableRows);
        }
        if (changeTime.isNegative() || changeTime.isZero()) {
            throw new PlanException("the longest time of a change must be more than zero, found " + changeTime);
        }
        if (invariantTime.toMillis() < 1) {
            throw new PlanException("the longest time of an invariant must be 1 ms or more, found " + invariantTime);
        }
    }

    /** Returns the same tolerance with another longest lock wait. */
    public Tolerance withLockWait(Duration longest) {
        return new Tolerance(longest, latency, tinyTableRows, changeTime, invariantTime);
    }

    /** Returns the same tolerance with a limit for the 99th percentile of the latency. */
    public Tolerance withLatency(Duration p99) {
        return new Tolerance(lockWait, p99, tinyTableRows, changeTime, invariantTime);
    }

    /** Returns the same tolerance with another longest time of a change. */
    public Tolerance withChangeTime(Duration longest) {
        return new Tolerance(lockWait, latency, tinyTableRows, longest, invariantTime);
    }

    /** Returns the same tolerance with another longest time of the evaluation of an invariant. */
    public Tolerance withInvariantTime(Duration longest) {
        return new Tolerance(lockWait, latency, tinyTableRows, changeTime, longest);
    }
}
