package dev.zdm.observation;

import dev.zdm.plan.Phase;
import dev.zdm.postgres.Relation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was observed in one phase, by both passes.
 *
 * @param phase the phase as planned
 * @param begin when it began
 * @param length how long it lasted, inspection included
 * @param windows the stretches of the rehearsal, in order
 * @param statements the runs of the change's statements under load, in order
 * @param changeFailure the statement at which the change failed; null: it did not
 * @param errors failures of operations
 * @param lockWaits waits for locks of application sessions and of the migration, by begin
 * @param contention waits that the migration had no part in, summed up by operation
 * @param latencies latencies by window and operation
 * @param intervals latencies over time
 * @param invariants outcomes of invariants
 * @param agreements what comparisons of both versions said
 * @param ledger what was read back of what operations wrote
 * @param footprints what the change's statements did on a quiet clone
 * @param growth how the time of the change's locks grows with the tables whose size in production is known
 * @param use the tables that the application versions of this phase work on
 * @param accesses how operations read tables before and after the change, on a quiet clone
 * @param untouched what became of the data that were there before the change, on a quiet clone
 * @param wayBack what was observed of the way back
 * @param compatibility which operations work around the change, on a quiet clone
 * @param crashes what became of the change when it was stopped and carried out again
 * @param backfill what became of it by the rules of backfills
 * @param replica what the phase did to the replica
 * @param invalidIndexes indexes left invalid that were not invalid before
 * @param hiccups times during which the machine itself stood still
 * @param inspectionFailure why the change failed on a quiet clone; null: it did not
 * @param notes what was done otherwise than planned, in words
 * @param blindSpots what could not be observed, in words
 */
public record PhaseHistory(
        Phase phase,
        Instant begin,
        Duration length,
        List<Window> windows,
        List<StatementRun> statements,
        @Nullable StatementRun changeFailure,
        List<OperationError> errors,
        List<LockWait> lockWaits,
        List<ContentionSummary> contention,
        List<Latency> latencies,
        List<Interval> intervals,
        List<InvariantOutcome> invariants,
        List<Agreement> agreements,
        LedgerHistory ledger,
        List<Footprint> footprints,
        List<Growth> growth,
        PhaseUse use,
        List<TableAccess> accesses,
        UntouchedData untouched,
        WayBack wayBack,
        Compatibility compatibility,
        CrashHistory crashes,
        BackfillHistory backfill,
        ReplicaHistory replica,
        List<Relation> invalidIndexes,
        List<Hiccup> hiccups,
        @Nullable String inspectionFailure,
        List<String> notes,
        List<String> blindSpots) {
    public PhaseHistory {
        Objects.requireNonNull(phase);
        windows = List.copyOf(windows);
        statements = List.copyOf(statements);
        errors = List.copyOf(errors);
        lockWaits = List.copyOf(lockWaits);
        contention = List.copyOf(contention);
        latencies = List.copyOf(latencies);
        intervals = List.copyOf(intervals);
        invariants = List.copyOf(invariants);
        agreements = List.copyOf(agreements);
        Objects.requireNonNull(ledger);
        footprints = List.copyOf(footprints);
        growth = List.copyOf(growth);
        Objects.requireNonNull(use);
        accesses = List.copyOf(accesses);
        Objects.requireNonNull(untouched);
        Objects.requireNonNull(wayBack);
        Objects.requireNonNull(compatibility);
        Objects.requireNonNull(crashes);
        Objects.requireNonNull(backfill);
        Objects.requireNonNull(replica);
        invalidIndexes = List.copyOf(invalidIndexes);
        hiccups = List.copyOf(hiccups);
        notes = List.copyOf(notes);
        blindSpots = List.copyOf(blindSpots);
    }

    /**
     * Returns the same history with what was observed of the way back.
     *
     * @param now when that ended
     */
    public PhaseHistory withWayBack(WayBack way, Instant now) {
        return new PhaseHistory(
                phase,
                begin,
                Duration.between(begin, now),
                windows,
                statements,
                changeFailure,
                errors,
                lockWaits,
                contention,
                latencies,
                intervals,
                invariants,
                agreements,
                ledger,
                footprints,
                growth,
                use,
                accesses,
                untouched,
                way,
                compatibility,
                crashes,
                backfill,
                replica,
                invalidIndexes,
                hiccups,
                inspectionFailure,
                notes,
                blindSpots);
    }

    /** Returns the same history with what became of the change when it was stopped and carried out again. */
    public PhaseHistory withCrashes(CrashHistory tried) {
        return new PhaseHistory(
                phase,
                begin,
                length,
                windows,
                statements,
                changeFailure,
                errors,
                lockWaits,
                contention,
                latencies,
                intervals,
                invariants,
                agreements,
                ledger,
                footprints,
                growth,
                use,
                accesses,
                untouched,
                wayBack,
                compatibility,
                tried,
                backfill,
                replica,
                invalidIndexes,
                hiccups,
                inspectionFailure,
                notes,
                blindSpots);
    }

    /** Returns the same history with what became of the change by the rules of backfills. */
    public PhaseHistory withBackfill(BackfillHistory rehearsed) {
        return new PhaseHistory(
                phase,
                begin,
                length,
                windows,
                statements,
                changeFailure,
                errors,
                lockWaits,
                contention,
                latencies,
                intervals,
                invariants,
                agreements,
                ledger,
                footprints,
                growth,
                use,
                accesses,
                untouched,
                wayBack,
                compatibility,
                crashes,
                rehearsed,
                replica,
                invalidIndexes,
                hiccups,
                inspectionFailure,
                notes,
                blindSpots);
    }
}
