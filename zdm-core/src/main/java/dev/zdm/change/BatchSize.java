package dev.zdm.change;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How many keys the next batch has. For use by one thread. */
final class BatchSize {
    private static final double MOST_CHANGE = 2;

    private final @Nullable Duration target;
    private final int first;
    private final long most;
    private int size;

    /**
     * Begins with a size.
     *
     * @param first the size of the first batch
     * @param target the time that a batch should take; null: the size is that of the first one, or comes back to it
     * @param most the largest size that it may grow to, if it is not larger at first
     */
    BatchSize(int first, @Nullable Duration target, long most) {
        this.first = first;
        this.size = first;
        this.target = target;
        this.most = Math.max(most, first);
    }

    int next() {
        return size;
    }

    /** Learns how long a full batch of the size took. */
    void took(long nanos) {
        if (target == null) {
            size = (int) Math.min(first, 2L * size);
        } else {
            double factor = (double) target.toNanos() / Math.max(1, nanos);
            double wanted = size * Math.min(MOST_CHANGE, Math.max(1 / MOST_CHANGE, factor));
            size = (int) Math.max(1, Math.min(Math.min(most, Integer.MAX_VALUE), Math.round(wanted)));
        }
    }

    /** Learns that a batch did not get its locks: fewer rows need fewer of them. */
    void gaveWay() {
        size = Math.max(1, size / 2);
    }
}
