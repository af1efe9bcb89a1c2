package dev.zdm.workload;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * A constant arrival schedule that the workers of a version share: slot {@code k} is due at {@code begin + k / rate}.
 *
 * <p>No slot is left out: a worker that comes late runs its slot late, and the latency counts from when it was due.
 */
final class Schedule {
    private static final double NANOS_PER_SECOND = 1e9;

    private final long begin;
    private final double nanosPerSlot;
    private final AtomicLong next = new AtomicLong();
    private final LongAdder busy = new LongAdder();

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

    /** Adds the time that a worker was busy with a slot. */
    void addBusy(long nanos) {
        busy.add(nanos);
    }

    /** Returns which part of their time the workers have been busy, 0 to 1. */
    double busyShare(long now, int workers) {
        return now <= begin ? 0 : Math.min(1, (double) busy.sum() / ((now - begin) * (double) workers));
    }

    private long due(long slot) {
        return begin + (long) (slot * nanosPerSlot);
    }
}
