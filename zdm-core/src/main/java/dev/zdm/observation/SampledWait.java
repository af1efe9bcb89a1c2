package dev.zdm.observation;

import dev.zdm.observation.LockWait.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One wait of a session for a lock, as snapshots of the lock table show it. For use by one thread. */
final class SampledWait {
    private static final Duration TOLERANCE = Duration.ofMillis(2);

    private final LockRow row;
    private final Instant begin;
    private final Map<Cause, Duration> times = new EnumMap<>(Cause.class);
    private final Map<Cause, Evidence> evidence = new EnumMap<>(Cause.class);
    private Evidence latest;
    private Instant lastSeen;
    private @Nullable Instant gone;

    /** The operation that waited; null: unknown, or the waiter is no application session. */
    @Nullable
    OperationName operation;

    /** When that operation ended, as far as it was looked up; null: unknown, or not yet. */
    @Nullable
    Instant operationEnd;

    /**
     * Why the session waited at one instant.
     *
     * @param cause why
     * @param at the instant
     * @param path the waits that lead to the migration, the session's own first; only that for contention
     * @param culprit the session of the migration; null for contention
     * @param inTheWay who stood in the way of the last wait of the path, or of the culprit's own where that waits
     * @param rowRelation the relation of the row that the last wait of the path is for; null: for no row, or not known
     */
    record Evidence(
            Cause cause,
            Instant at,
            List<LockRow> path,
            @Nullable LockRow culprit,
            List<LockRow> inTheWay,
            @Nullable Long rowRelation) {}

    SampledWait(LockRow row, Evidence why) {
        this.row = row;
        begin = Objects.requireNonNull(row.since());
        latest = why;
        lastSeen = begin;
        seen(why);
    }

    /** Adds what another snapshot shows of it; the time since the one before belongs to what that one showed. */
    void seen(Evidence why) {
        passTo(why.at());
        latest = why;
        evidence.putIfAbsent(why.cause(), why);
    }

    private void passTo(Instant at) {
        if (at.isAfter(lastSeen)) {
            times.merge(latest.cause(), Duration.between(lastSeen, at), Duration::plus);
            lastSeen = at;
        }
    }

    /** Notes the first snapshot that does not show it any more. */
    void gone(Instant at) {
        gone = at;
    }

    /** Says when it ended; after that only the results may be asked for. */
    void end(Instant at) {
        passTo(at);
    }

    LockRow row() {
        return row;
    }

    Instant begin() {
        return begin;
    }

    Instant lastSeen() {
        return lastSeen;
    }

    /** Returns the first snapshot that does not show it any more; null: there is none. */
    @Nullable
    Instant gone() {
        return gone;
    }

    Evidence latest() {
        return latest;
    }

    /** Returns the cause that lasted longest, contention only if there was no other. */
    Evidence why() {
        return evidence.values().stream()
                .filter(one -> one.cause() != Cause.CONTENTION)
                .max(Comparator.comparing(one -> times.getOrDefault(one.cause(), Duration.ZERO)))
                .orElse(latest);
    }

    /** Returns how much of it the migration caused. */
    Duration caused() {
        return times.getOrDefault(Cause.MIGRATION, Duration.ZERO)
                .plus(times.getOrDefault(Cause.LOCK_QUEUE, Duration.ZERO));
    }

    /** Tells whether the log's account of a wait is about this one, as far as times tell. */
    boolean isTold(ObservedWait wait) {
        return row.pid() == wait.pid
                && row.target().equals(wait.target)
                && begin.isBefore(wait.end().plus(TOLERANCE))
                && lastSeen.isAfter(wait.begin().minus(TOLERANCE));
    }

    /** Returns how far its begin is from that which the log tells. */
    Duration distanceTo(ObservedWait wait) {
        return Duration.between(begin, wait.begin()).abs();
    }
}
