package dev.zdm.workload;

import java.util.concurrent.atomic.AtomicLong;

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
    private final WorkTime work = new WorkTime();
    private final WorkTime all;
    private final long allBefore;

    /**
     * Begins with slot 0.
     *
     * @param all the work with the slots of this schedule and of earlier ones
     */
    Schedule(long beginNanos, double ratePerSecond, WorkTime all) {
        this.begin = beginNanos;
        this.nanosPerSlot = NANOS_PER_SECOND / ratePerSecond;
        this.all = all;
        this.allBefore = all.until(beginNanos);
    }

    /** Takes the next slot and returns when it is due, in {@link System#nanoTime()}. */
    long take() {
        return due(next.getAndIncrement());
    }

    /** Returns how long the next slot is overdue, in nanoseconds; negative: it is not. */
    long overdue(long now) {
        return now - due(next.get());
    }

    /** A worker begins to work on a slot. */
    void workBegins(long now) {
        work.begin(now);
        all.begin(now);
    }

    /** A worker has done its work on a slot. */
    void workEnds(long now) {
        work.end(now);
        all.end(now);
    }

    /**
     * Returns which part of their time the workers have been busy, 0 to 1, from when they were done with the slots of earlier
     * schedules. What is still under way counts: an operation may take as long as the time that is looked at.
     */
    double busyShare(long now, int workers) {
        if (now <= begin) {
            return 0;
        }
        double busy = work.until(now);
        double idle = (double) (now - begin) * workers - (all.until(now) - allBefore);
        return idle <= 0 ? 1 : busy / (busy + idle);
    }

    private long due(long slot) {
        return begin + (long) (slot * nanosPerSlot);
    }
}
