package dev.zdm.rehearsal;

import dev.zdm.observation.Hiccup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Measures how late the machine runs a thread that only sleeps: what is late here is late everywhere, and no lock's
 * fault. While a change runs, also how long its processes waited for a processor. Safe for use by several threads.
 */
final class HiccupMeter implements AutoCloseable {
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long NOTABLE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    // On a busy machine a process waits again and again for a slice of some milliseconds.
    private static final long NOTABLE_DELAY_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final int MOST = 20_000;
    private static final int NAPS_BETWEEN_LOOKS = 5;

    private final WallClock clock;
    private final List<Hiccup> hiccups = new ArrayList<>();
    private final RunDelays delays = new RunDelays();
    private final Thread thread;
    private Instant last = Instant.MIN;
    private volatile Supplier<Set<Integer>> processes = Set::of;
    private volatile boolean closed;

    HiccupMeter(WallClock clock) {
        this.clock = clock;
        this.thread = new Thread(this::measure, "zdm-hiccups");
        thread.setDaemon(true);
        thread.start();
    }

    private void measure() {
        long due = System.nanoTime() + NAP_NANOS;
        for (int nap = 1; !closed; nap++) {
            LockSupport.parkNanos(due - System.nanoTime());
            long late = System.nanoTime() - due;
            if (late > NOTABLE_NANOS) {
                note(clock.at(due), Duration.ofNanos(late));
            }
            if (nap % NAPS_BETWEEN_LOOKS == 0) {
                look();
            }
            due = System.nanoTime() + NAP_NANOS;
        }
    }

    private void look() {
        long delay = delays.since(processes.get());
        if (delay > NOTABLE_DELAY_NANOS) {
            note(clock.at(System.nanoTime() - delay), Duration.ofNanos(delay));
        }
    }

    /** Says whose processors are of interest from now on. */
    void watch(Supplier<Set<Integer>> backends) {
        processes = backends;
    }

    /** Notes a hiccup; what was noted already of the same time counts once. */
    synchronized void note(Instant begin, Duration length) {
        Instant end = begin.plus(length);
        Instant from = begin.isAfter(last) ? begin : last;
        if (end.isAfter(from) && hiccups.size() < MOST) {
            hiccups.add(new Hiccup(from, Duration.between(from, end)));
            last = end;
        }
    }

    /** Returns what was noted since the last call. */
    synchronized List<Hiccup> take() {
        List<Hiccup> taken = List.copyOf(hiccups);
        hiccups.clear();
        return taken;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
