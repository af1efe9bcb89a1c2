package dev.zdm.observation;

import dev.zdm.plan.FlagStep;
import dev.zdm.plan.RollOutStep;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A stretch of a phase under one kind of load.
 *
 * @param kind what it was for
 * @param oldPercent the old version's share of the load, 0 to 100
 * @param begin when it began
 * @param length how long it lasted
 * @param coverage what ran in it, by operation
 * @param flags the feature flags in force
 * @param complete whether everything ran often enough before the time was up
 */
public record Window(
        WindowKind kind,
        int oldPercent,
        FlagStep flags,
        Instant begin,
        Duration length,
        List<Coverage> coverage,
        boolean complete) {
    public Window {
        Objects.requireNonNull(flags);
        coverage = List.copyOf(coverage);
    }

    /** Makes a window without feature flags. */
    public Window(
            WindowKind kind,
            int oldPercent,
            Instant begin,
            Duration length,
            List<Coverage> coverage,
            boolean complete) {
        this(kind, oldPercent, FlagStep.NONE, begin, length, coverage, complete);
    }

    /** Returns the words that reports use, such as {@code traffic step 90/10}. */
    public String label() {
        return kind.label() + " " + new RollOutStep(oldPercent, flags);
    }

    /** Returns how often an operation failed in it. */
    public long failed(OperationName operation) {
        return coverage.stream()
                .filter(ran -> ran.operation().equals(operation))
                .mapToLong(Coverage::failed)
                .sum();
    }

    /** Returns how often an operation succeeded in it. */
    public long succeeded(OperationName operation) {
        return coverage.stream()
                .filter(ran -> ran.operation().equals(operation))
                .mapToLong(Coverage::succeeded)
                .sum();
    }

    /**
     * How often an operation ran in a window.
     *
     * @param operation the operation
     * @param succeeded how often it succeeded, on all sessions together
     * @param failed how often it failed
     * @param sessions on how many sessions it ran often enough
     * @param ofSessions how many sessions there were
     */
    public record Coverage(OperationName operation, long succeeded, long failed, int sessions, int ofSessions) {}
}
