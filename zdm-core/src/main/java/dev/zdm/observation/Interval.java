package dev.zdm.observation;

import java.time.Duration;
import java.time.Instant;

/**
 * The latency of one operation in one short interval of time, for charts.
 *
 * @param operation the operation
 * @param begin when the interval began
 * @param count how many operations ended in it
 * @param p50 the median
 * @param p99 the 99th percentile
 * @param max the longest
 */
public record Interval(OperationName operation, Instant begin, long count, Duration p50, Duration p99, Duration max) {}
