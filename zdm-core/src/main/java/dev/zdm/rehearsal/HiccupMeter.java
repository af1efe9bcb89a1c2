package dev.zdm.rehearsal;

import dev.zdm.observation.Hiccup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how late the machine runs a thread that only sleeps: what is late here is late everywhere, and no lock's
 * fault. Safe for use by several threads.
 */
final class HiccupMeter implements AutoCloseable {
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long NOTABLE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int MOST = 10_000;

    private final WallClock clock;
    private final List<Hiccup> hiccups = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    HiccupMeter(WallClock clock) {
        this.clock = clock;
        this.thread = new Thread(this::measure, "zdm-hiccups");
        thread.setDaemon(true);
        thread.start();
    }

    private void measure() {
        long due = System.nanoTime() + NAP_NANOS;
        while (!closed) {
            LockSupport.parkNanos(due - System.nanoTime());
            long late = System.nanoTime() - due;
            if (late > NOTABLE_NANOS) {
                note(new Hiccup(clock.at(due), Duration.ofNanos(late)));
            }
            due = System.nanoTime() + NAP_NANOS;
        }
    }

    private synchronized void note(Hiccup hiccup) {
        if (hiccups.size() < MOST) {
            hiccups.add(hiccup);
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
