package dev.zdm.observation;

import dev.zdm.postgres.LockMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Remembers from when to when the sessions of the migration were seen to hold which relations. For use by one thread.
 *
 * <p>A lock is held until its transaction ends, so the first and the last time that it was seen tell all.
 */
final class LocksHeld implements HeldLocks {
    /** The log's times are cut to a millisecond and may be some more late. */
    private static final Duration TOLERANCE = Duration.ofMillis(5);

    private final Map<Key, Span> spans = new HashMap<>();

    private record Key(int pid, String transaction, long relation, LockMode mode) {
        boolean isOf(int somePid, long someRelation) {
            return pid == somePid && relation == someRelation;
        }
    }

    private record Span(Instant first, Instant last) {
        boolean contains(Instant at, Duration tolerance) {
            return !at.isBefore(first.minus(tolerance)) && !at.isAfter(last.plus(tolerance));
        }

        Span until(Instant at) {
            return new Span(first, at.isAfter(last) ? at : last);
        }
    }

    /**
     * Notes that a session was seen to hold a lock. A transaction that is just ending has given up its number but not yet
     * its locks ({@code CommitTransaction} in PostgreSQL's {@code xact.c}): it cannot be told from any other then.
     */
    void note(LockRow row, Instant at) {
        Long relation = row.target().relation();
        boolean ending = row.transaction().endsWith("/0");
        if (row.granted() && !ending && relation != null && row.target().kind() == LockTarget.Kind.RELATION) {
            row.lockMode()
                    .ifPresent(mode -> spans.merge(
                            new Key(row.pid(), row.transaction(), relation, mode),
                            new Span(at, at),
                            (known, now) -> known.until(now.last())));
        }
    }

    @Override
    public Optional<LockMode> strongest(int pid, long relation, Instant at) {
        return spans.entrySet().stream()
                .filter(entry -> entry.getKey().isOf(pid, relation))
                .filter(entry -> entry.getValue().contains(at, TOLERANCE))
                .map(entry -> entry.getKey().mode())
                .max(Comparator.naturalOrder());
    }

    /** Returns when the transaction that a session was in was first seen to hold a relation in such a mode. */
    Optional<Instant> since(int pid, long relation, Predicate<LockMode> mode, Instant at) {
        return spans.entrySet().stream()
                .filter(entry -> entry.getKey().isOf(pid, relation)
                        && mode.test(entry.getKey().mode()))
                .filter(entry -> entry.getValue().contains(at, Duration.ZERO))
                .map(entry -> entry.getValue().first())
                .min(Comparator.naturalOrder());
    }
}
