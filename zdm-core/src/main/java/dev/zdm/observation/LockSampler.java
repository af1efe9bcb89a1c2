package dev.zdm.observation;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Watches the server's lock table while the migration is at work, that is while a statement of its own runs or a
 * transaction of it is open; at other times it costs nothing. It sees the short waits that the server's log leaves out,
 * the modes of locks, which the log does not tell, and all there is to see where the log cannot be read.
 *
 * <p>The methods that tell it of the migration are for the migration's threads; {@link #poll} is for the thread that
 * reads the log.
 */
public final class LockSampler implements AutoCloseable {
    /** Comes before a session's number in the application's name of a session that goes through a proxy. */
    public static final String POOLED_PID = " #";

    /** From one look to the next: found all but a few of 1 000 waits of 1 ms, for a fifth of a processor. */
    private static final long INTERVAL_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** A migration of thousands of small statements in one transaction is not to be slowed down. */
    private static final int MOST_LOOKS_BETWEEN_STATEMENTS = 500;

    private static final int MOST_SNAPSHOTS = 200_000;
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final LockProbe waits;
    private final LockProbe held;
    private final Thread thread = new Thread(this::run, "zdm-lock-sampler");
    private final SamplerPace pace = new SamplerPace();
    private final Set<Integer> working = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<Integer, Integer> statementsInTransaction = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<LockSnapshot> snapshots = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong longestGap = new AtomicLong();
    private final ConcurrentLinkedQueue<LateLook> lateLooks = new ConcurrentLinkedQueue<>();
    private volatile long activeSince;
    private volatile @Nullable String failure;
    private volatile boolean closed;

    private LockSampler(LockProbe waits, LockProbe held) {
        this.waits = waits;
        this.held = held;
    }

    /**
     * Starts a sampler that rests until the migration works.
     *
     * @param first a session of its own in autocommit mode, which is closed with the sampler
     * @param second another one
     * @param clock turns {@code System.nanoTime()} into the instants that all of the observation uses
     */
    public static LockSampler start(Connection first, Connection second, LongFunction<Instant> clock)
            throws SQLException {
        return start(first, second, clock, false);
    }

    /**
     * Starts a sampler that rests until the migration works.
     *
     * @param pooled whether backends work for several sessions in turn: each says by its application's name, which ends with
     *     {@link #POOLED_PID} and the number by which the session is known, for whom it works at the moment
     */
    public static LockSampler start(Connection first, Connection second, LongFunction<Instant> clock, boolean pooled)
            throws SQLException {
        LockSampler sampler =
                new LockSampler(new LockProbe(first, clock, pooled), new LockProbe(second, clock, pooled));
        sampler.waits.waits();
        sampler.thread.setDaemon(true);
        sampler.thread.start();
        return sampler;
    }

    /** Says that a session of the migration is about to send a statement. */
    public void statementBegins(int pid) {
        Integer before = statementsInTransaction.get(pid);
        if (before != null && before <= MOST_LOOKS_BETWEEN_STATEMENTS) {
            lookAt(pid);
        }
        wake();
        working.add(pid);
        LockSupport.unpark(thread);
    }

    /** Says that the answer to that statement is there. */
    public void statementEnded(int pid) {
        working.remove(pid);
    }

    /** Says whether a transaction of a session of the migration is open; for one that has ended there is none. */
    public void transactionOpen(int pid, boolean open) {
        if (open) {
            wake();
            statementsInTransaction.merge(pid, 1, Integer::sum);
            LockSupport.unpark(thread);
        } else {
            statementsInTransaction.remove(pid);
        }
    }

    private void wake() {
        if (!isActive()) {
            activeSince = System.nanoTime();
        }
    }

    private boolean isActive() {
        return !working.isEmpty() || !statementsInTransaction.isEmpty();
    }

    /** Notes what the statements so far have locked, so that a lock is not laid at the door of the next one. */
    private synchronized void lookAt(int pid) {
        try {
            keep(held.heldBy(pid));
        } catch (SQLException e) {
            failure = String.valueOf(e.getMessage());
        }
    }

    private void run() {
        long last = System.nanoTime();
        boolean hadWaits = false;
        while (!closed && failure == null) {
            boolean active = isActive();
            long now = System.nanoTime();
            if (pace.isLookDue(active, hadWaits, now)) {
                hadWaits = sample(hadWaits);
                if (active) {
                    long since = Math.max(last, activeSince);
                    noteGap(since, System.nanoTime());
                }
                last = System.nanoTime();
                LockSupport.parkNanos(this, INTERVAL_NANOS - (last - now));
            } else {
                hadWaits = false;
                LockSupport.park(this);
            }
        }
    }

    private void noteGap(long since, long now) {
        longestGap.accumulateAndGet(now - since, Math::max);
        if (now - since > LATE_NANOS) {
            lateLooks.add(new LateLook(since, now));
        }
    }

    private boolean sample(boolean hadWaits) {
        try {
            LockSnapshot snapshot = waits.waits();
            if (hadWaits || snapshot.hasWaits()) {
                keep(snapshot);
            }
            return snapshot.hasWaits();
        } catch (SQLException e) {
            failure = closed ? failure : String.valueOf(e.getMessage());
            return false;
        }
    }

    private void keep(LockSnapshot snapshot) {
        if (waiting.get() < MOST_SNAPSHOTS) {
            waiting.incrementAndGet();
            snapshots.add(snapshot);
        }
    }

    /** Returns what was seen since the last call. */
    List<LockSnapshot> poll() {
        List<LockSnapshot> polled = new ArrayList<>();
        for (LockSnapshot next = snapshots.poll(); next != null; next = snapshots.poll()) {
            waiting.decrementAndGet();
            polled.add(next);
        }
        return polled;
    }

    /** Returns the longest time between two looks while the migration was at work, and begins anew. */
    public Duration takeLongestGap() {
        return Duration.ofNanos(longestGap.getAndSet(0));
    }

    /**
     * A look that came more than 20 ms after the one before it; times of {@link System#nanoTime()}.
     *
     * @param previous when it was looked before
     * @param look when it was looked then
     */
    public record LateLook(long previous, long look) {
        public Duration gap() {
            return Duration.ofNanos(look - previous);
        }
    }

    /** Returns the late looks since the last call while the migration was at work, in order. */
    public List<LateLook> takeLateLooks() {
        List<LateLook> taken = new ArrayList<>();
        for (LateLook next = lateLooks.poll(); next != null; next = lateLooks.poll()) {
            taken.add(next);
        }
        return taken;
    }

    /** Returns why it had to give up; empty: it did not. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** Returns when it looks at the latest after a wait began, if the machine lets it. */
    public static Duration interval() {
        return Duration.ofNanos(INTERVAL_NANOS);
    }

    @Override
    public void close() throws SQLException {
        closed = true;
        LockSupport.unpark(thread);
        try (held;
                waits) {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
