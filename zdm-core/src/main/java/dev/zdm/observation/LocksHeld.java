package dev.zdm.observation;

import dev.zdm.postgres.LockMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Remembers from when to when the sessions of the migration were seen to hold which relations. For use by one thread.
 *
 * <p>A lock is held until its transaction ends, so the first and the last time that it was seen tell all.
 */
final class LocksHeld implements HeldLocks {
    /** The log's times are cut to a millisecond and may be some more late. */
    private static final Duration TOLERANCE = Duration.ofMillis(5);

    private final Map<Key, Span> spans = new HashMap<>();

    private record Key(int pid, String transaction, long relation, LockMode mode) {}

    private record Span(Instant first, Instant last) {
        boolean contains(Instant at) {
            return !at.isBefore(first.minus(TOLERANCE)) && !at.isAfter(last.plus(TOLERANCE));
        }

        Span until(Instant at) {
            return new Span(first, at.isAfter(last) ? at : last);
        }
    }

    /** Notes that a session was seen to hold a lock. */
    void note(LockRow row, Instant at) {
        Long relation = row.target().relation();
        if (row.granted() && relation != null && row.target().kind() == LockTarget.Kind.RELATION) {
            row.lockMode()
                    .ifPresent(mode -> spans.merge(
                            new Key(row.pid(), row.transaction(), relation, mode),
                            new Span(at, at),
                            (known, now) -> known.until(now.last())));
        }
    }

    @Override
    public Optional<LockMode> strongest(int pid, long relation, Instant at) {
        return heldAt(pid, relation, at).map(entry -> entry.getKey().mode()).max(Comparator.naturalOrder());
    }

    /** Returns when a session was first seen to hold a relation in such a mode, in the transaction it was in. */
    Optional<Instant> since(int pid, long relation, Predicate<LockMode> mode, Instant at) {
        return heldAt(pid, relation, at)
                .filter(entry -> mode.test(entry.getKey().mode()))
                .map(entry -> entry.getValue().first())
                .min(Comparator.naturalOrder());
    }

    private Stream<Map.Entry<Key, Span>> heldAt(int pid, long relation, Instant at) {
        return spans.entrySet().stream()
                .filter(entry -> entry.getKey().pid() == pid && entry.getKey().relation() == relation)
                .filter(entry -> entry.getValue().contains(at));
    }

    /** Forgets what was last seen before an instant. */
    void forget(Instant lastSeenBefore) {
        spans.values().removeIf(span -> span.last().isBefore(lastSeenBefore));
    }
}
