package dev.zdm.observation;

import java.time.Duration;
import java.time.Instant;

/**
 * A time during which this machine held up a thread, or the server's process for the change.
 *
 * @param missing what it had to do without
 * @param begin since when
 * @param length how long
 */
public record Hiccup(Missing missing, Instant begin, Duration length) {
    /** What a machine has too little of. */
    public enum Missing {
        /** It was ready to run and did not. */
        PROCESSOR,
        /** It waited for the disk. */
        DISK
    }

    /** Returns how much of the given stretch of time it took away; zero or more. */
    public Duration within(Instant from, Instant to) {
        Instant begins = begin.isAfter(from) ? begin : from;
        Instant end = begin.plus(length);
        Instant ends = end.isBefore(to) ? end : to;
        return ends.isAfter(begins) ? Duration.between(begins, ends) : Duration.ZERO;
    }
}
