package dev.zdm.verdict;

import dev.zdm.postgres.SqlStatement;
import java.util.Optional;

/** One violation with its evidence. */
public sealed interface Finding
        permits ChangeFailed,
                OperationFailed,
                Incompatible,
                WaitedForMigration,
                Rewrote,
                RowsGone,
                ValuesChanged,
                TouchedMore,
                NumbersTaken,
                ValuesDropped,
                WorkedUnderLock,
                WriteLost,
                InvariantBroken,
                VersionsDisagree,
                InvalidIndexLeft,
                NotRetryable,
                BrokeBackfillRule,
                PlanRegressed,
                TooSlow,
                ReplicaFellBehind,
                FloodedReplica,
                OutranReplica,
                StoppedReplicaReaders,
                InCompany,
                OnTheWayBack,
                NotRestored,
                LostByRollback,
                PointOfNoReturn {
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

        /** Answers for a {@link Incompatible}. */
        R incompatible(Incompatible finding);

        /** Answers for a {@link WaitedForMigration}. */
        R waitedForMigration(WaitedForMigration finding);

        /** Answers for a {@link Rewrote}. */
        R rewrote(Rewrote finding);

        /** Answers for a {@link RowsGone}. */
        R rowsGone(RowsGone finding);

        /** Answers for a {@link ValuesChanged}. */
        R valuesChanged(ValuesChanged finding);

        /** Answers for a {@link TouchedMore}. */
        R touchedMore(TouchedMore finding);

        /** Answers for a {@link NumbersTaken}. */
        R numbersTaken(NumbersTaken finding);

        /** Answers for a {@link ValuesDropped}. */
        R valuesDropped(ValuesDropped finding);

        /** Answers for a {@link WorkedUnderLock}. */
        R workedUnderLock(WorkedUnderLock finding);

        /** Answers for a {@link InvariantBroken}. */
        R invariantBroken(InvariantBroken finding);

        /** Answers for a {@link VersionsDisagree}. */
        R versionsDisagree(VersionsDisagree finding);

        /** Answers for a {@link WriteLost}. */
        R writeLost(WriteLost finding);

        /** Answers for a {@link InCompany}. */
        R inCompany(InCompany finding);

        /** Answers for a {@link OnTheWayBack}. */
        R onTheWayBack(OnTheWayBack finding);

        /** Answers for a {@link NotRestored}. */
        R notRestored(NotRestored finding);

        /** Answers for a {@link LostByRollback}. */
        R lostByRollback(LostByRollback finding);

        /** Answers for a {@link PointOfNoReturn}. */
        R pointOfNoReturn(PointOfNoReturn finding);

        /** Answers for a {@link InvalidIndexLeft}. */
        R invalidIndexLeft(InvalidIndexLeft finding);

        /** Answers for a {@link NotRetryable}. */
        R notRetryable(NotRetryable finding);

        /** Answers for a {@link BrokeBackfillRule}. */
        R brokeBackfillRule(BrokeBackfillRule finding);

        /** Answers for a {@link PlanRegressed}. */
        R planRegressed(PlanRegressed finding);

        /** Answers for a {@link ReplicaFellBehind}. */
        R replicaFellBehind(ReplicaFellBehind finding);

        /** Answers for a {@link FloodedReplica}. */
        R floodedReplica(FloodedReplica finding);

        /** Answers for a {@link OutranReplica}. */
        R outranReplica(OutranReplica finding);

        /** Answers for a {@link StoppedReplicaReaders}. */
        R stoppedReplicaReaders(StoppedReplicaReaders finding);

        /** Answers for a {@link TooSlow}. */
        R tooSlow(TooSlow finding);
    }
}
