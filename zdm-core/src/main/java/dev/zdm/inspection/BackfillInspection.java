package dev.zdm.inspection;

import dev.zdm.database.Database;
import dev.zdm.observation.BackfillHistory;
import dev.zdm.observation.BackfillHistory.Rule;
import dev.zdm.observation.BulkWrite;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.UntouchedData;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.SchemaSnapshot;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rehearses the change of a phase by the rules of backfills, if it is one, or does nothing else: with a part of the rows,
 * and where a rule is broken there, with all of them.
 *
 * @param phase the phase
 * @param footprints what its change's statements did
 * @param untouched what became of the data
 * @param tolerance what is allowed
 */
record BackfillInspection(Phase phase, List<Footprint> footprints, UntouchedData untouched, Tolerance tolerance) {
    /** So many rows tell as much as all of them, and so many batches. */
    private static final long ROWS = 10_000;

    private static final long BATCHES = 10;

    /** On fewer rows a run is over soon, or never. */
    private static final Duration LIMIT_OF_FEW = Duration.ofSeconds(60);

    private static final Set<Rule> AS_TRUE_OF_FEW = EnumSet.of(Rule.BOUNDED, Rule.BRIEF, Rule.GUARDED);

    /**
     * Tries all rules.
     *
     * @param before the database before the change
     * @param after the one after it
     */
    BackfillHistory run(Database before, Database after) throws SQLException, InterruptedException {
        BackfillWork work = BackfillWork.of(footprints, untouched);
        if (work.written().isEmpty() || !(phase.isBackfill() || isNothingElse(work, before, after))) {
            return BackfillHistory.NONE;
        }
        long rows = rowsFor(work.largest());
        Optional<BackfillHistory> part = rows < work.largest() ? onPart(rows, work, before) : Optional.empty();
        Optional<BackfillHistory> history = part.filter(BackfillInspection::isTrueOfAll);
        if (history.isEmpty()) {
            history = rules(work, tolerance.changeTime()).on(before);
        }
        return history.map(found -> found.declared(phase.isBackfill()))
                .orElseGet(() -> BackfillHistory.notTried(
                        phase.isBackfill(), "it succeeded once and failed on a second copy of the same database"));
    }

    private static boolean isTrueOfAll(BackfillHistory ofPart) {
        return ofPart.harms().stream().allMatch(harm -> AS_TRUE_OF_FEW.contains(harm.rule()));
    }

    /** Returns with how many rows it is rehearsed; more than there are: with all. */
    private long rowsFor(long all) {
        long batch = phase.change().unwrapped() instanceof Backfill backfill
                ? backfill.pace().batchSize()
                : BulkWrite.of(footprints).stream()
                        .mapToLong(BulkWrite::rows)
                        .max()
                        .orElse(0);
        return batch >= BackfillRules.GOOD_PART * all ? ROWS : Math.max(ROWS, batch * BATCHES);
    }

    private Optional<BackfillHistory> onPart(long rows, BackfillWork work, Database before)
            throws SQLException, InterruptedException {
        Duration all = tolerance.changeTime();
        try (Database part = before.copy()) {
            return work.keepFirst((double) rows / work.largest(), part)
                    ? rules(work, all.compareTo(LIMIT_OF_FEW) < 0 ? all : LIMIT_OF_FEW)
                            .on(part)
                    : Optional.empty();
        }
    }

    private BackfillRules rules(BackfillWork work, Duration limit) {
        Change plain = phase.change().unwrapped();
        Change change = plain instanceof Backfill backfill ? backfill.unimpeded() : plain;
        return new BackfillRules(change, work, footprints, tolerance, limit);
    }

    /** Whether a change writes more than a few rows and leaves the schema as it is. */
    private boolean isNothingElse(BackfillWork work, Database before, Database after) throws SQLException {
        if (work.rows() <= tolerance.tinyTableRows()
                || footprints.stream()
                        .anyMatch(footprint -> !footprint.rewrites().isEmpty()
                                || !footprint.emptied().isEmpty())) {
            return false;
        }
        try (Connection earlier = QuietSessions.of(before).getConnection();
                Connection later = QuietSessions.of(after).getConnection()) {
            return SchemaSnapshot.read(earlier)
                    .until(SchemaSnapshot.read(later))
                    .isEmpty();
        }
    }
}
