package dev.zdm.observation;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code pg_locks} said at one instant.
 *
 * <p>The server copies its lock table under all its latches at once, so that the rows agree with each other.
 */
final class LockSnapshot {
    private final Instant at;
    private final List<LockRow> rows;
    private final boolean complete;
    private final Map<Integer, LockRow> waiting = new HashMap<>();

    private LockSnapshot(Instant at, List<LockRow> rows, boolean complete) {
        this.at = at;
        this.rows = List.copyOf(rows);
        this.complete = complete;
        for (LockRow row : this.rows) {
            if (!row.granted()) {
                waiting.put(row.pid(), row);
            }
        }
    }

    /** Returns a snapshot of all waits, and of all locks on what somebody waits for. */
    static LockSnapshot ofWaits(Instant at, List<LockRow> rows) {
        return new LockSnapshot(at, rows, true);
    }

    /** Returns a snapshot of what one session held, which says nothing of the others. */
    static LockSnapshot ofSession(Instant at, List<LockRow> rows) {
        return new LockSnapshot(at, rows, false);
    }

    Instant at() {
        return at;
    }

    List<LockRow> rows() {
        return rows;
    }

    /** Returns whether it has every wait. */
    boolean isComplete() {
        return complete;
    }

    boolean hasWaits() {
        return !waiting.isEmpty();
    }

    /** Returns the waits, those left out whose begin the server did not know yet. */
    Stream<LockRow> waits() {
        return waiting.values().stream().filter(row -> row.since() != null);
    }

    /** Returns the wait of a session; a session has at most one. */
    Optional<LockRow> waitOf(int pid) {
        return Optional.ofNullable(waiting.get(pid));
    }

    /**
     * Returns who stands in the way of a wait, holders first: those that hold the lock in a conflicting mode, and those
     * that asked for a conflicting mode before it.
     */
    List<LockRow> blockersOf(LockRow wait) {
        List<LockRow> inTheWay = rows.stream()
                .filter(row -> row.pid() != wait.pid() && row.conflictsWith(wait))
                .toList();
        return Stream.concat(
                        inTheWay.stream().filter(LockRow::granted),
                        inTheWay.stream().filter(row -> !row.granted() && isAhead(row, wait)))
                .toList();
    }

    /**
     * Tells whether a waiting session is to be served before another: it came first, and the other holds nothing that it
     * must wait for; who does is put before it ({@code JoinWaitQueue} in PostgreSQL's {@code proc.c}).
     */
    private boolean isAhead(LockRow row, LockRow wait) {
        Instant first = row.since();
        Instant second = wait.since();
        return first != null
                && (second == null || first.isBefore(second))
                && rows.stream()
                        .noneMatch(held -> held.granted() && held.pid() == wait.pid() && held.conflictsWith(row));
    }

    /**
     * Returns the relation whose row a session waits for when it waits for that row's transaction: it holds the right
     * to be the next to lock the row.
     */
    @Nullable
    Long rowRelation(LockRow wait) {
        return rows.stream()
                .filter(row -> row.granted() && row.pid() == wait.pid())
                .filter(row -> row.target().kind() == LockTarget.Kind.TUPLE)
                .findFirst()
                .map(row -> row.target().relation())
                .orElse(null);
    }
}
