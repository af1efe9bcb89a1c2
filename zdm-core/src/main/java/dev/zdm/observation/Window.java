package dev.zdm.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A stretch of a phase under one kind of load.
 *
 * @param kind what it was for
 * @param oldPercent the old version's share of the load, 0 to 100
 * @param begin when it began
 * @param length how long it lasted
 * @param coverage what ran in it, by operation
 * @param complete whether everything ran often enough before the time was up
 */
public record Window(
        WindowKind kind, int oldPercent, Instant begin, Duration length, List<Coverage> coverage, boolean complete) {
    public Window {
        coverage = List.copyOf(coverage);
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
