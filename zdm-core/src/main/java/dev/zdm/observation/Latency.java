package dev.zdm.observation;

import java.time.Duration;

/**
 * The latency of one operation in one window, measured from the moment it should have started.
 *
 * @param operation the operation
 * @param window the index of the window in its phase
 * @param count how many operations
 * @param p50 the median
 * @param p99 the 99th percentile
 * @param max the longest
 * @param serviceP99 the 99th percentile measured from the actual start
 * @param startLagP99 the 99th percentile of the delay between the intended and the actual start
 */
public record Latency(
        OperationName operation,
        int window,
        long count,
        Duration p50,
        Duration p99,
        Duration max,
        Duration serviceP99,
        Duration startLagP99) {}
