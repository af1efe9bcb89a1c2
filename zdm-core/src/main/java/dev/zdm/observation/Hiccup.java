package dev.zdm.observation;

import java.time.Duration;
import java.time.Instant;

/**
 * A time during which this machine did not run a thread, or the server's process for the change, that was ready to run.
 *
 * @param begin when it should have run
 * @param length how late it was
 */
public record Hiccup(Instant begin, Duration length) {
    /** Returns how much of the given stretch of time it took away; zero or more. */
    public Duration within(Instant from, Instant to) {
        Instant begins = begin.isAfter(from) ? begin : from;
        Instant end = begin.plus(length);
        Instant ends = end.isBefore(to) ? end : to;
        return ends.isAfter(begins) ? Duration.between(begins, ends) : Duration.ZERO;
    }
}
