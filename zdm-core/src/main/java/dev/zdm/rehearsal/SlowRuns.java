package dev.zdm.rehearsal;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * When operations ran longer than a wait may last: only they can have waited so long. Times are of
 * {@link System#nanoTime()}. Safe for use by several threads.
 */
final class SlowRuns {
    private static final int MOST = 100_000;

    private final long tolerated;
    private final ConcurrentLinkedQueue<Run> runs = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean unknown;

    private record Run(long began, long ended) {}

    SlowRuns(Duration tolerated) {
        this.tolerated = tolerated.toNanos();
    }

    /** Notes a run of an operation. */
    void ended(long began, long ended) {
        if (ended - began > tolerated) {
            if (count.incrementAndGet() > MOST) {
                unknown = true;
            } else {
                runs.add(new Run(began, ended));
            }
        }
    }

    /** Notes that there are sessions which work without an operation, so that nobody knows how long they take. */
    void withoutOperation() {
        unknown = true;
    }

    /** Returns whether an operation may have waited too long between two times, once all that ran then have ended. */
    boolean mayHaveWaited(long from, long to) {
        return to - from > tolerated && (unknown || runs.stream().anyMatch(run -> run.began < to && run.ended > from));
    }
}
