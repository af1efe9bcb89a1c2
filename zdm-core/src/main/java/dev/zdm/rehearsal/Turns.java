package dev.zdm.rehearsal;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The change and who watches the data take turns: no transaction of the change begins while a watcher reads.
 *
 * <p>A watcher's query holds {@code ACCESS SHARE}. Behind it an {@code ALTER TABLE} would wait, and behind that the
 * application: a queue of zdm's own making. So the change waits outside of the database, where it holds up nobody. Safe
 * for use by several threads.
 */
final class Turns {
    /** A statement has its locks by then, unless it waits for them. */
    static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long STEP_MILLIS = 5;

    private final Map<Integer, Held> held = new HashMap<>();
    private int watching;
    private int wanted;

    private record Held(long since, boolean alone) {}

    /** When a watcher has its turn. */
    enum Turn {
        /** While no transaction of the change is open. */
        BETWEEN,
        /** While a statement of the change is at work that is no part of a transaction, but may have ones of its own. */
        BESIDE
    }

    /**
     * A statement of the change is about to begin; returns when no watcher reads, or after a second.
     *
     * @param backend the session of the change
     * @param alone whether the statement is outside of any transaction block
     */
    synchronized void begins(int backend, boolean alone) {
        long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
        boolean newcomer = !held.containsKey(backend);
        try {
            while (newcomer && (watching > 0 || (wanted > 0 && held.isEmpty())) && System.nanoTime() < deadline) {
                wait(STEP_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The change is being stopped.
        }
        held.putIfAbsent(backend, new Held(System.nanoTime(), alone));
    }

    /** No transaction of this session of the change is open any more. */
    synchronized void ends(int backend) {
        held.remove(backend);
        notifyAll();
    }

    /** The change has ended. */
    synchronized void endAll() {
        held.clear();
        notifyAll();
    }

    /** Waits for a turn at most this long; null: there was none. After one, {@link #giveBack} must be called. */
    synchronized @Nullable Turn take(long timeoutNanos) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutNanos;
        wanted++;
        try {
            while (!isFree(System.nanoTime())) {
                if (System.nanoTime() >= deadline) {
                    return null;
                }
                wait(STEP_MILLIS);
            }
            watching++;
            return held.isEmpty() ? Turn.BETWEEN : Turn.BESIDE;
        } finally {
            wanted--;
            notifyAll();
        }
    }

    private boolean isFree(long now) {
        return held.values().stream().allMatch(hold -> hold.alone() && now - hold.since() > SETTLED_NANOS);
    }

    /** A watcher has no transaction open any more. */
    synchronized void giveBack() {
        watching--;
        notifyAll();
    }
}
