package dev.zdm.observation;

import dev.zdm.postgres.LockMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One wait of a session for a lock, while it is followed through the log. For use by one thread.
 *
 * <p>Beside its times it knows the places of its entries in the log: times of different sessions are exact to some
 * milliseconds only, the order in which they were written is exact.
 */
final class ObservedWait {
    private static final long OPEN = Long.MAX_VALUE;

    final int pid;
    final LockTarget target;
    final String mode;
    /** Empty for a mode this version of zdm does not know. */
    final Optional<LockMode> lockMode;

    /** Who held the lock and who waited for it; null: its own entries do not say. */
    @Nullable
    Observation observation;

    @Nullable
    OperationName operation;

    /** Whether the log does not tell its end. */
    boolean forgotten;

    private final long firstEntry;
    private Instant begin;
    private Duration lastWaited;
    private Instant lastSeen;
    private @Nullable Instant end;
    private long lastEntry = OPEN;
    private boolean granted;

    ObservedWait(LockMessage message, long entry) {
        pid = message.pid();
        target = message.target();
        mode = message.mode();
        lockMode = LockMode.ofCatalogName(mode);
        firstEntry = entry;
        begin = message.begin();
        lastWaited = message.waited();
        lastSeen = message.time();
        observe(message, entry);
    }

    /**
     * Tells whether a later message is about this wait and not about a new one for the same lock. For one and the same
     * the waited time has grown by as much as the clock; a server under load may write an entry late, so this is a
     * comparison and not an equation.
     */
    boolean isContinuedBy(LockMessage message) {
        if (!message.target().equals(target)
                || !message.mode().equals(mode)
                || message.waited().compareTo(lastWaited) < 0) {
            return false;
        }
        Duration beginMoved = Duration.between(begin, message.begin());
        Duration clockMoved = Duration.between(lastSeen, message.time());
        return message.event() != LockMessage.Event.WAITING
                || beginMoved.multipliedBy(2).compareTo(clockMoved) <= 0;
    }

    void continuedBy(LockMessage message, long entry) {
        // Both are when it began, or later where the server was slow to write.
        if (message.begin().isBefore(begin)) {
            begin = message.begin();
        }
        lastWaited = message.waited();
        lastSeen = message.time();
        observe(message, entry);
    }

    void grant(Instant at, long entry) {
        granted = true;
        close(at, entry);
    }

    void close(Instant at, long entry) {
        end = at.isBefore(begin) ? begin : at;
        lastEntry = entry;
    }

    Instant begin() {
        return begin;
    }

    Instant lastSeen() {
        return lastSeen;
    }

    /** Returns the end, which for a wait that goes on is the end of time. */
    Instant end() {
        return end == null ? Instant.MAX : end;
    }

    Duration duration() {
        return Duration.between(begin, end());
    }

    /** Returns the place of its first entry in the log. */
    long firstEntry() {
        return firstEntry;
    }

    /** Returns the place of its last entry, which for a wait that goes on is the end of the log. */
    long lastEntry() {
        return lastEntry;
    }

    /** Tells whether it had begun when the server looked who holds some lock, as far as times tell. */
    boolean beganBefore(Observation other) {
        return !begin.isAfter(other.at.plus(WaitGraph.RESOLUTION));
    }

    /** Tells whether both waits went on at some time, as far as the order of the log's entries tells. */
    boolean overlaps(ObservedWait other) {
        return firstEntry < other.lastEntry
                && lastEntry > other.firstEntry
                && begin.isBefore(other.end())
                && other.begin.isBefore(end());
    }

    /**
     * Tells whether the session got its lock while another went on waiting. Nobody releases a lock that he needs while he
     * waits, and he writes the end of his wait before he goes on: so that one did not stand in the way.
     */
    boolean wasGrantedDuring(ObservedWait other) {
        return granted && other.lastEntry > lastEntry;
    }

    /** Tells whether the two cannot have the lock at once; modes that are not known are taken to conflict. */
    boolean conflictsWith(ObservedWait other) {
        return lockMode.isEmpty() || other.lockMode.isEmpty() || lockMode.get().conflictsWith(other.lockMode.get());
    }

    private void observe(LockMessage message, long entry) {
        LockQueue queue = message.queue();
        if (observation != null || queue == null) {
            return;
        }
        // One that is granted the lock while it writes the entry is not in its own list, which then says who came
        // after.
        if (queue.waiters().contains(pid) || message.event() == LockMessage.Event.FAILED) {
            observation = new Observation(queue, message.time(), entry);
        }
    }

    /**
     * What the server saw when it looked who holds a lock.
     *
     * @param queue who held it and who waited for it
     * @param at when it looked
     * @param entry the place of the entry in the log
     */
    record Observation(LockQueue queue, Instant at, long entry) {}
}
