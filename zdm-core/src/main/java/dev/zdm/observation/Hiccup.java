package dev.zdm.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

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

    private Instant end() {
        return begin.plus(length);
    }

    /**
     * Returns how much of a stretch of time they took away; what several of them did at the same time counts once. They
     * come in any order: one that lasted is often noted after a short one that began later.
     */
    public static Duration within(Stream<Hiccup> hiccups, Instant from, Instant to) {
        Duration taken = Duration.ZERO;
        Instant covered = from;
        List<Hiccup> inOrder = hiccups.filter(
                        one -> one.begin.isBefore(to) && one.end().isAfter(from))
                .sorted(Comparator.comparing(Hiccup::begin))
                .toList();
        for (Hiccup hiccup : inOrder) {
            Instant begins = hiccup.begin.isAfter(covered) ? hiccup.begin : covered;
            Instant ends = hiccup.end().isBefore(to) ? hiccup.end() : to;
            if (ends.isAfter(begins)) {
                taken = taken.plus(Duration.between(begins, ends));
                covered = ends;
            }
        }
        return taken;
    }
}
