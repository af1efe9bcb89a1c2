package dev.zdm.rehearsal;

import dev.zdm.observation.Hiccup;
import dev.zdm.observation.Hiccup.Missing;
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
 * fault. While a change runs, also how long its server processes and its own thread waited for a processor, one after the
 * other: while the one works, the other one waits for its answer. Safe for use by several threads.
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
    private final RunDelays ofServer;
    private final RunDelays ofClient;
    private final Thread thread;
    private volatile Watched watched = Watched.NOTHING;
    private volatile boolean closed;

    /**
     * Whose processors are of interest.
     *
     * @param backends the server's processes
     * @param threads threads of this JVM, by the kernel's numbers
     */
    record Watched(Supplier<Set<Integer>> backends, Supplier<Set<Integer>> threads) {
        static final Watched NOTHING = new Watched(Set::of, Set::of);
    }

    /**
     * Makes a meter that looks only when it is told to.
     *
     * @param ofServer tells the delays of the server's processes
     * @param ofClient tells those of this JVM's threads
     */
    HiccupMeter(WallClock clock, RunDelays ofServer, RunDelays ofClient) {
        this.clock = clock;
        this.ofServer = ofServer;
        this.ofClient = ofClient;
        this.thread = new Thread(this::measure, "zdm-hiccups");
        thread.setDaemon(true);
    }

    /** Starts a meter of this machine. */
    static HiccupMeter start(WallClock clock) {
        return start(clock, new RunDelays(RunDelays::ofServerProcess), new RunDelays(RunDelays::ofOwnThread));
    }

    static HiccupMeter start(WallClock clock, RunDelays ofServer, RunDelays ofClient) {
        HiccupMeter meter = new HiccupMeter(clock, ofServer, ofClient);
        meter.thread.start();
        return meter;
    }

    private void measure() {
        long due = System.nanoTime() + NAP_NANOS;
        for (int nap = 1; !closed; nap++) {
            LockSupport.parkNanos(due - System.nanoTime());
            long awake = System.nanoTime();
            if (awake - due > NOTABLE_NANOS) {
                note(Missing.PROCESSOR, clock.at(due), Duration.ofNanos(awake - due));
            }
            due = awake + NAP_NANOS; // Late in the look is late too.
            if (nap % NAPS_BETWEEN_LOOKS == 0) {
                look();
            }
        }
    }

    /** Notes how long those watched got no processor since the last look; the kernel adds a delay up when it ends. */
    synchronized void look() {
        long delay = ofServer.since(watched.backends().get())
                + ofClient.since(watched.threads().get());
        if (delay > NOTABLE_DELAY_NANOS) {
            note(Missing.PROCESSOR, clock.at(System.nanoTime() - delay), Duration.ofNanos(delay));
        }
    }

    /** Notes that a change was held up by its observers since this {@link System#nanoTime()}, and looks. */
    synchronized void heldUp(long since) {
        note(Missing.PROCESSOR, clock.at(since), Duration.ofNanos(System.nanoTime() - since));
        look(); // The time for which nobody ran meanwhile is a part of it.
    }

    /** Says whose processors are of interest from now on. */
    void watch(Watched those) {
        watched = those;
    }

    /** Notes a hiccup. */
    synchronized void note(Missing missing, Instant begin, Duration length) {
        if (hiccups.size() < MOST) {
            hiccups.add(new Hiccup(missing, begin, length));
        }
    }

    /** Returns what was noted since the last call, in the order in which it was. */
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
