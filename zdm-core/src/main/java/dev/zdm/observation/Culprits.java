package dev.zdm.observation;

import dev.zdm.observation.Attribution.Blame;
import dev.zdm.observation.LockTarget.Kind;
import dev.zdm.observation.SampledWait.Evidence;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.SqlStatement;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the statement that caused a wait: the one that took the lock, which in a transaction need not be the one that
 * runs; or the one that waits for it ahead.
 */
final class Culprits {
    /**
     * The log's times are early by up to a millisecond, and no wait that it shows was shorter: by one later the lock was
     * taken and still held.
     */
    private static final long LOG_MILLIS = 1;

    private final LockWaitSources sources;
    private final LocksHeld held;

    Culprits(LockWaitSources sources, LocksHeld held) {
        this.sources = sources;
        this.held = held;
    }

    /**
     * The statement that caused a wait.
     *
     * @param statement the statement
     * @param meanwhile the later statement of the same session that ran for the most of the time; empty: none did
     */
    record Culprit(SqlStatement statement, Optional<SqlStatement> meanwhile) {}

    /** Returns the culprit of a wait that the log tells of. */
    Optional<Culprit> of(ObservedWait wait, Blame blame) {
        Blocker culprit = blame.culprit();
        if (culprit == null) {
            return Optional.empty();
        }
        ObservedWait last = blame.path().get(blame.path().size() - 1);
        if (!culprit.holds()) {
            ObservedWait own = culprit.waiting().orElse(last);
            return statementAt(culprit.pid(), own.begin().plusMillis(LOG_MILLIS));
        }
        Lock lock = new Lock(last.target, last.lockMode, null);
        return holder(culprit.pid(), lock, last.begin().plusMillis(LOG_MILLIS), wait.end());
    }

    /** Returns the culprit of a wait that the sampler saw. */
    Optional<Culprit> of(SampledWait wait) {
        Evidence why = wait.why();
        LockRow culprit = why.culprit();
        if (culprit == null) {
            return Optional.empty();
        }
        if (!culprit.granted()) {
            return statementAt(culprit.pid(), why.at());
        }
        LockRow last = why.path().get(why.path().size() - 1);
        Lock lock = new Lock(last.target(), last.lockMode(), why.rowRelation());
        return holder(culprit.pid(), lock, why.at(), wait.lastSeen());
    }

    private Optional<Culprit> statementAt(int pid, Instant at) {
        return sources.migration().statementAt(pid, at).map(statement -> new Culprit(statement, Optional.empty()));
    }

    /** A lock that is waited for; the relation of the row in question is known or null. */
    private record Lock(
            LockTarget target,
            Optional<LockMode> wanted,
            @Nullable Long row) {
        @Nullable
        Long relation() {
            return target.kind() == Kind.RELATION || target.kind() == Kind.TUPLE ? target.relation() : row;
        }

        /** Whoever locks a row has the relation in the mode of {@code SELECT … FOR UPDATE} at least. */
        Predicate<LockMode> keptOutBy() {
            return target.kind() == Kind.RELATION
                    ? mode -> wanted.isEmpty() || mode.conflictsWith(wanted.get())
                    : mode -> mode.compareTo(LockMode.ROW_SHARE) >= 0;
        }
    }

    private Optional<Culprit> holder(int pid, Lock lock, Instant at, Instant until) {
        Long relation = lock.relation();
        Instant since = relation == null
                ? at
                : held.since(pid, relation, lock.keptOutBy(), at)
                        .filter(first -> first.isBefore(at))
                        .orElse(at);
        return sources.migration()
                .statementAt(pid, since)
                .map(taken -> new Culprit(taken, meanwhile(pid, taken, at, until)));
    }

    private Optional<SqlStatement> meanwhile(int pid, SqlStatement taken, Instant from, Instant until) {
        return sources.migration().mostlyBetween(pid, from, until).filter(ran -> !ran.equals(taken));
    }
}
