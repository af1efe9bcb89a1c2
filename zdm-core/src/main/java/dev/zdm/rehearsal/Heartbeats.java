package dev.zdm.rehearsal;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tells by numbered commits on the primary how far a replica is behind: as long as the first commit that is not to be seen
 * there is old. For use by one thread; times are in nanoseconds of any clock that goes forward.
 */
final class Heartbeats {
    private final Deque<Beat> unseen = new ArrayDeque<>();

    private record Beat(long number, long committed) {}

    /** Notes that a beat, numbered higher than all before, was committed at this time. */
    void committed(long number, long at) {
        unseen.addLast(new Beat(number, at));
    }

    /**
     * Returns how far the replica was behind.
     *
     * @param last the number of the last beat to be seen there; 0: none was
     * @param at when it was asked, before its answer
     */
    long behind(long last, long at) {
        while (!unseen.isEmpty() && unseen.getFirst().number() <= last) {
            unseen.removeFirst();
        }
        return unseen.isEmpty() ? 0 : Math.max(0, at - unseen.getFirst().committed());
    }
}
