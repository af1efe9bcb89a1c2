package dev.zdm.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the user allows; the default is what zero-downtime means.
 *
 * @param lockWait the longest time an operation may wait for the migration, zero or more
 * @param latency the highest 99th percentile of an operation's latency after a change; null: not judged
 * @param tinyTableRows tables with at most this many rows may be scanned or rewritten under any lock
 */
public record Tolerance(Duration lockWait, @Nullable Duration latency, long tinyTableRows) {
    /** No wait for the migration longer than 100 ms, latency not judged, tables up to 1000 rows are tiny. */
    public static final Tolerance DEFAULT = new Tolerance(Duration.ofMillis(100), null, 1000);

    public Tolerance {
        if (lockWait.isNegative() || (latency != null && latency.isNegative()) || tinyTableRows < 0) {
            throw new PlanException("a tolerance must not be negative, found lockWait=" + lockWait + ", latency="
                    + latency + ", tinyTableRows=" + tinyTableRows);
        }
    }

    /** Returns the same tolerance with another longest lock wait. */
    public Tolerance withLockWait(Duration longest) {
        return new Tolerance(longest, latency, tinyTableRows);
    }

    /** Returns the same tolerance with a limit for the 99th percentile of the latency. */
    public Tolerance withLatency(Duration p99) {
        return new Tolerance(lockWait, p99, tinyTableRows);
    }
}
