package dev.zdm.workload;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A constant arrival schedule that the workers of a version share: slot {@code k} is due at {@code begin + k / rate}.
 *
 * <p>Slots are never dropped: a worker that comes late runs its slot late, and the latency counts from when it was due.
 */
final class Schedule {
    private static final double NANOS_PER_SECOND = 1e9;

    private final long begin;
    private final double nanosPerSlot;
    private final AtomicLong next = new AtomicLong();

    Schedule(long beginNanos, double ratePerSecond) {
        this.begin = beginNanos;
        this.nanosPerSlot = NANOS_PER_SECOND / ratePerSecond;
    }

    /** Takes the next slot and returns when it is due, in {@link System#nanoTime()}. */
    long take() {
        return due(next.getAndIncrement());
    }

    /** Returns how long the next slot is overdue, in nanoseconds; negative: it is not. */
    long overdue(long now) {
        return now - due(next.get());
    }

    /** Returns how many slots were taken per second so far; 0 before the first. */
    double takenPerSecond(long now) {
        return now <= begin ? 0 : next.get() * NANOS_PER_SECOND / (now - begin);
    }

    private long due(long slot) {
        return begin + (long) (slot * nanosPerSlot);
    }
}
