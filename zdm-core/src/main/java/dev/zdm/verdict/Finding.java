package dev.zdm.verdict;

import dev.zdm.observation.CompanyRehearsal;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.Growth;
import dev.zdm.observation.InvariantOutcome;
import dev.zdm.observation.Latency;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.OperationError;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.TableAccess;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One violation with its evidence. */
public sealed interface Finding {
    /** Returns what the finding is about. */
    Hazard hazard();

    /** Returns the statement of the migration that caused it, where one did. */
    Optional<SqlStatement> culprit();

    /** Returns what {@code cases} says to this kind of finding. */
    <R> R match(Cases<R> cases);

    /**
     * One answer for each kind of finding.
     *
     * @param <R> the kind of answer
     */
    interface Cases<R> {
        /** Answers for a {@link ChangeFailed}. */
        R changeFailed(ChangeFailed finding);

        /** Answers for a {@link OperationFailed}. */
        R operationFailed(OperationFailed finding);

        /** Answers for a {@link WaitedForMigration}. */
        R waitedForMigration(WaitedForMigration finding);

        /** Answers for a {@link Rewrote}. */
        R rewrote(Rewrote finding);

        /** Answers for a {@link Emptied}. */
        R emptied(Emptied finding);

        /** Answers for a {@link WorkedUnderLock}. */
        R workedUnderLock(WorkedUnderLock finding);

        /** Answers for a {@link InvariantBroken}. */
        R invariantBroken(InvariantBroken finding);

        /** Answers for a {@link InCompany}. */
        R inCompany(InCompany finding);

        /** Answers for a {@link InvalidIndexLeft}. */
        R invalidIndexLeft(InvalidIndexLeft finding);

        /** Answers for a {@link PlanRegressed}. */
        R planRegressed(PlanRegressed finding);

        /** Answers for a {@link TooSlow}. */
        R tooSlow(TooSlow finding);
    }

    /**
     * The change did not succeed.
     *
     * @param hazard {@link Hazard#CHANGE_FAILED} or what is known more exactly
     * @param run the statement that failed
     */
    record ChangeFailed(Hazard hazard, StatementRun run) implements Finding {
        @Override
        public Optional<SqlStatement> culprit() {
            return Optional.of(run.statement());
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.changeFailed(this);
        }
    }

    /**
     * An operation failed.
     *
     * @param hazard what kind of failure
     * @param error the failures
     * @param cause the statement of the change that caused them, as far as that can be told; null: none ran
     */
    record OperationFailed(
            Hazard hazard, OperationError error, @Nullable SqlStatement cause) implements Finding {
        @Override
        public Optional<SqlStatement> culprit() {
            return Optional.ofNullable(cause);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.operationFailed(this);
        }
    }

    /**
     * Operations waited for the migration for longer than allowed.
     *
     * @param hazard {@link Hazard#LOCK_WAIT} or {@link Hazard#LOCK_QUEUE}
     * @param waits the waits that were too long, longest first
     * @param allowed the longest wait allowed
     */
    record WaitedForMigration(Hazard hazard, List<LockWait> waits, Duration allowed) implements Finding {
        public WaitedForMigration {
            waits = List.copyOf(waits);
        }

        @Override
        public Optional<SqlStatement> culprit() {
            return Optional.ofNullable(waits.get(0).culprit());
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.waitedForMigration(this);
        }
    }

    /**
     * A statement rewrote a filled table that the application uses.
     *
     * @param footprint what the statement did
     * @param rewrite the rewritten table
     * @param growth how long its locks are held in production; null: not known
     * @param waits the operations that waited for it under load, longest first; may be empty on a quick machine
     */
    record Rewrote(
            Footprint footprint,
            Footprint.Rewrite rewrite,
            @Nullable Growth growth,
            List<LockWait> waits) implements Finding {
        public Rewrote {
            waits = List.copyOf(waits);
        }

        @Override
        public Hazard hazard() {
            return Hazard.TABLE_REWRITE;
        }

        @Override
        public Optional<SqlStatement> culprit() {
            return Optional.of(footprint.statement());
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.rewrote(this);
        }
    }

    /**
     * A statement emptied a table that the application uses.
     *
     * @param footprint what the statement did
     * @param table the emptied table
     */
    record Emptied(Footprint footprint, Footprint.Rewrite table) implements Finding {
        @Override
        public Hazard hazard() {
            return Hazard.DATA_LOSS;
        }

        @Override
        public Optional<SqlStatement> culprit() {
            return Optional.of(footprint.statement());
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.emptied(this);
        }
    }

    /**
     * Work that grows with a table was done while a lock stopped the application.
     *
     * @param hazard {@link Hazard#ACCESS_EXCLUSIVE_SCAN} or {@link Hazard#WRITE_BLOCK}
     * @param footprints the statements of one transaction that did the work, the one that did most of it first
     * @param locked the relation that the application could not use meanwhile
     * @param mode the mode of the lock on it
     * @param lockedBy the statement that took it, which may be an earlier one of the transaction
     * @param work what was read or written meanwhile
     * @param growth how long the locks are held in production; null: not known
     * @param waits the operations that waited for it under load, longest first; may be empty on a quick machine
     */
    record WorkedUnderLock(
            Hazard hazard,
            List<Footprint> footprints,
            Relation locked,
            LockMode mode,
            SqlStatement lockedBy,
            Footprint.Work work,
            @Nullable Growth growth,
            List<LockWait> waits)
            implements Finding {
        public WorkedUnderLock {
            footprints = List.copyOf(footprints);
            waits = List.copyOf(waits);
        }

        /** Returns the statement that did the work, or most of it. */
        public Footprint footprint() {
            return footprints.get(0);
        }

        /** Returns the same finding with these waits as evidence. */
        WorkedUnderLock withWaits(List<LockWait> evidence) {
            return new WorkedUnderLock(hazard, footprints, locked, mode, lockedBy, work, growth, evidence);
        }

        /** Returns the statements that had a part in it, the one that took the lock included. */
        public Set<SqlStatement> statements() {
            Set<SqlStatement> statements = new LinkedHashSet<>();
            footprints.forEach(footprint -> statements.add(footprint.statement()));
            statements.add(lockedBy);
            return statements;
        }

        @Override
        public Optional<SqlStatement> culprit() {
            return Optional.of(footprint().statement());
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.workedUnderLock(this);
        }
    }

    /**
     * An invariant returned rows.
     *
     * @param outcome what it returned
     * @param after the statement of the change that had run last; null: none
     */
    record InvariantBroken(
            InvariantOutcome outcome, @Nullable StatementRun after) implements Finding {
        @Override
        public Hazard hazard() {
            return Hazard.DATA_DRIFT;
        }

        @Override
        public Optional<SqlStatement> culprit() {
            return after == null ? Optional.empty() : Optional.of(after.statement());
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.invariantBroken(this);
        }
    }

    /**
     * An index was left invalid.
     *
     * @param index the index
     * @param after the statement of the change that had run last; null: none
     */
    record InvalidIndexLeft(Relation index, @Nullable StatementRun after) implements Finding {
        @Override
        public Hazard hazard() {
            return Hazard.INVALID_INDEX;
        }

        @Override
        public Optional<SqlStatement> culprit() {
            return after == null ? Optional.empty() : Optional.of(after.statement());
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.invalidIndexLeft(this);
        }
    }

    /**
     * A statement of an operation used an index before the change and reads the whole table after it.
     *
     * @param access how it read the table before and after
     * @param cause the statement of the change that took the index away, as far as that can be told; null: none ran
     */
    record PlanRegressed(TableAccess access, @Nullable SqlStatement cause) implements Finding {
        @Override
        public Hazard hazard() {
            return Hazard.PLAN_REGRESSION;
        }

        @Override
        public Optional<SqlStatement> culprit() {
            return Optional.ofNullable(cause);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.planRegressed(this);
        }
    }

    /**
     * An operation was slower than allowed.
     *
     * @param operation the operation
     * @param steady its latency before the change; null: it did not run then
     * @param after its latency in the slowest window from the change on
     * @param allowed the highest 99th percentile allowed
     */
    record TooSlow(OperationName operation, @Nullable Latency steady, Latency after, Duration allowed)
            implements Finding {
        @Override
        public Hazard hazard() {
            return Hazard.LATENCY;
        }

        @Override
        public Optional<SqlStatement> culprit() {
            return Optional.empty();
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.tooSlow(this);
        }
    }

    /**
     * Something that went wrong only behind a long transaction.
     *
     * @param rehearsal the rehearsal with that company
     * @param finding what went wrong
     */
    record InCompany(CompanyRehearsal rehearsal, Finding finding) implements Finding {
        @Override
        public Hazard hazard() {
            return finding.hazard();
        }

        @Override
        public Optional<SqlStatement> culprit() {
            return finding.culprit();
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.inCompany(this);
        }
    }
}
