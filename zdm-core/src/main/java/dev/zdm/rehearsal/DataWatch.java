package dev.zdm.rehearsal;

import dev.zdm.rehearsal.Moment.Kind;
import dev.zdm.rehearsal.Turns.Turn;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the data under load again and again, and once when it is drained, on a thread of its own.
 *
 * <p>Controlled by one thread; {@link #hurry} and {@link #sawSince} are for any.
 */
final class DataWatch implements AutoCloseable {
    /** Nobody who comes between two statements of a change holds it up for longer. */
    private static final Duration LONGEST_BETWEEN = Duration.ofMillis(250);

    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long END_MILLIS = 5000;

    private final Look look;
    private final Turns turns;
    private final Duration longestBeside;
    private final Object lock = new Object();
    private final Thread thread;

    // Guarded by the lock.
    private Moment moment = Moment.NOTHING;
    private long due;
    private boolean looking;
    private long looks;
    private long lastBegan = Long.MIN_VALUE;
    private boolean closed;
    private final List<String> troubles = new ArrayList<>();

    /**
     * Starts to watch; there is nothing to see until {@link #turnTo}.
     *
     * @param look what looks
     * @param turns keeps it and the change apart
     * @param longestBeside how long a look may take while a statement of the change is at work
     */
    DataWatch(String name, Look look, Turns turns, Duration longestBeside) {
        this.look = look;
        this.turns = turns;
        this.longestBeside = longestBeside;
        this.thread = new Thread(this::run, "zdm " + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Looks at this from now on; what is under way is given up. */
    void turnTo(Moment next) throws InterruptedException {
        synchronized (lock) {
            moment = next;
            while (looking) {
                look.cancel();
                lock.wait(1);
            }
            looks = 0;
            due = System.nanoTime();
            lock.notifyAll();
        }
    }

    /** Returns when there has been a look since {@link #turnTo}; at once if there is nothing to look at. */
    void awaitLook() throws InterruptedException {
        synchronized (lock) {
            while (!closed && looks == 0 && look.hasWork(moment)) {
                lock.wait();
            }
        }
    }

    /** Looks as soon as possible. */
    void hurry() {
        synchronized (lock) {
            due = System.nanoTime();
            lock.notifyAll();
        }
    }

    /** Returns whether a look that began after this {@link System#nanoTime()} has ended, or there is nothing to see. */
    boolean sawSince(long nanos) {
        synchronized (lock) {
            return closed || !look.hasWork(moment) || (looks > 0 && lastBegan - nanos > 0);
        }
    }

    /** Returns what went wrong since the last call, in words. */
    List<String> takeTroubles() {
        synchronized (lock) {
            List<String> taken = List.copyOf(troubles);
            troubles.clear();
            return taken;
        }
    }

    private void run() {
        try {
            for (Moment now = awaitDue(); now != null; now = awaitDue()) {
                long began = System.nanoTime();
                boolean looked = false;
                try {
                    looked = lookAt(now);
                } catch (SQLException | RuntimeException | LinkageError | AssertionError e) {
                    looked = true;
                    tell(e);
                } finally {
                    done(looked, began);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // By close.
        } finally {
            synchronized (lock) {
                closed = true; // Nobody is to wait for a thread that has ended.
                lock.notifyAll();
            }
        }
    }

    private @Nullable Moment awaitDue() throws InterruptedException {
        synchronized (lock) {
            while (!closed) {
                long wait = due - System.nanoTime();
                if (!look.hasWork(moment)) {
                    lock.wait();
                } else if (wait > 0) {
                    TimeUnit.NANOSECONDS.timedWait(lock, wait);
                } else {
                    looking = true;
                    return moment;
                }
            }
            return null;
        }
    }

    /** Returns whether it looked; a change may leave no time for it. */
    private boolean lookAt(Moment now) throws SQLException, InterruptedException {
        if (now.kind() != Kind.CHANGE) {
            return look.look(now, look.limit());
        }
        Turn turn = turns.take(TURN_NANOS);
        if (turn == null) {
            return false;
        }
        try {
            Duration longest = turn == Turn.BETWEEN ? LONGEST_BETWEEN : longestBeside;
            return look.look(now, longest.compareTo(look.limit()) < 0 ? longest : look.limit());
        } finally {
            turns.giveBack();
        }
    }

    private void done(boolean looked, long began) {
        synchronized (lock) {
            looking = false;
            due = System.nanoTime() + look.pauseNanos();
            if (looked) {
                looks++;
                lastBegan = began;
            }
            lock.notifyAll();
        }
    }

    private void tell(Throwable trouble) {
        synchronized (lock) {
            String words = thread.getName().substring("zdm ".length()) + ": " + trouble.getMessage();
            if (!closed && !troubles.contains(words)) {
                troubles.add(words);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        look.cancel();
        thread.interrupt();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        look.close();
    }
}
