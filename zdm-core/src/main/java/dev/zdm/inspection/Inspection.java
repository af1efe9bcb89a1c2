package dev.zdm.inspection;

import dev.zdm.change.ChangeException;
import dev.zdm.database.Database;
import dev.zdm.observation.BackfillHistory;
import dev.zdm.observation.Compatibility;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.Growth;
import dev.zdm.observation.PhaseUse;
import dev.zdm.observation.RelationUse;
import dev.zdm.observation.TableAccess;
import dev.zdm.observation.UntouchedData;
import dev.zdm.observation.WayBack;
import dev.zdm.plan.Change;
import dev.zdm.plan.FlagStep;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.Phase;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Traffic;
import dev.zdm.plan.VersionRole;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The quiet pass over the phases of a plan, in order, on one clone of the baseline.
 *
 * <p>What it finds does not depend on the speed of the machine.
 */
public final class Inspection implements AutoCloseable {
    private final RehearsalPlan plan;
    private final Database clone;
    private final ProductionTables production;
    private final LimitedChange limited;
    private final WaysBack waysBack;
    private @Nullable DataBefore before;

    /**
     * Begins a quiet pass.
     *
     * @param clone a copy of the baseline; closed with the inspection
     * @throws PlanException if the baseline does not go with the sizes that production is said to have
     */
    public Inspection(RehearsalPlan plan, Database clone) throws SQLException {
        this.plan = plan;
        this.clone = clone;
        this.production = productionTables();
        this.limited = new LimitedChange(plan.tolerance().changeTime());
        this.waysBack = new WaysBack(plan, limited);
    }

    private ProductionTables productionTables() throws SQLException {
        if (plan.productionSizes().isEmpty()) {
            return ProductionTables.NONE;
        }
        try (Connection connection = source().getConnection()) {
            return ProductionTables.find(plan.productionSizes(), connection);
        }
    }

    /**
     * Returns the clone as it was before the change that was inspected last; it is closed by the next inspection.
     *
     * @throws IllegalStateException if there is none, because nothing was changed
     */
    public Database before() {
        if (before == null) {
            throw new IllegalStateException("no change was inspected");
        }
        return before.copy();
    }

    /** Returns the clone as it is after the change that was inspected last; it is closed with the inspection. */
    public Database after() {
        return clone;
    }

    /**
     * What the quiet pass found for a phase.
     *
     * @param footprints the statements that ran
     * @param growth how the time of their locks grows with the tables whose size in production is known
     * @param use the tables that the versions of the phase's traffic use
     * @param accesses how operations read tables before and after the change
     * @param untouched what became of the data that were there
     * @param wayBack what was found of the way back
     * @param undone the rollback's statements that ran
     * @param failure why the change failed; null: it did not
     * @param notes what was done otherwise than planned, in words
     * @param blindSpots what could not be observed, in words
     * @param compatibility which operations work around the change
     */
    public record Inspected(
            List<Footprint> footprints,
            List<Growth> growth,
            PhaseUse use,
            List<TableAccess> accesses,
            UntouchedData untouched,
            WayBack wayBack,
            List<Footprint> undone,
            @Nullable ChangeException failure,
            List<String> notes,
            List<String> blindSpots,
            Compatibility compatibility) {
        static final Inspected NOTHING = new Inspected(
                List.of(),
                List.of(),
                PhaseUse.NONE,
                List.of(),
                UntouchedData.NONE,
                WayBack.NONE,
                List.of(),
                null,
                List.of(),
                List.of(),
                Compatibility.NONE);

        Inspected withGrowth(GrowthMeasurement.Measured measured) {
            return new Inspected(
                    footprints,
                    measured.growth(),
                    use,
                    accesses,
                    untouched,
                    wayBack,
                    undone,
                    null,
                    measured.notes(),
                    measured.blindSpots(),
                    compatibility);
        }

        Inspected failed(ChangeException why) {
            return new Inspected(
                    footprints,
                    growth,
                    use,
                    accesses,
                    untouched,
                    wayBack,
                    undone,
                    why,
                    notes,
                    blindSpots,
                    compatibility);
        }

        /** Returns what was found of the way back, if the change came to an end. */
        Inspected withWayBack(WayBack way, List<Footprint> statements) {
            return new Inspected(
                    footprints,
                    growth,
                    use,
                    accesses,
                    untouched,
                    way,
                    statements,
                    failure,
                    notes,
                    blindSpots,
                    compatibility);
        }

        /** Returns what goes into the history of the rollback. */
        public Inspected ofRollback() {
            return alone(undone, PhaseUse.throughout(use.all()));
        }

        /** Returns what goes into the history of the change that is carried out again. */
        public Inspected ofRepetition() {
            return alone(footprints, use);
        }

        private Inspected alone(List<Footprint> statements, PhaseUse meanwhile) {
            return new Inspected(
                    statements,
                    List.of(),
                    meanwhile,
                    List.of(),
                    UntouchedData.NONE,
                    WayBack.NONE,
                    List.of(),
                    null,
                    List.of(),
                    List.of(),
                    Compatibility.NONE);
        }

        /** Returns the same with what operations do around the change. */
        public Inspected with(Compatibility found) {
            return new Inspected(
                    footprints, growth, use, accesses, untouched, wayBack, undone, failure, notes, blindSpots, found);
        }
    }

    /**
     * Carries out the change of the next phase alone; one that takes longer than the plan allows is stopped.
     *
     * @throws SQLException if the clone cannot be observed
     * @throws InterruptedException if the calling thread is interrupted; the change is stopped then
     */
    public Inspected inspect(int phaseIndex) throws SQLException, InterruptedException {
        Change change = plan.phases().get(phaseIndex).change();
        forget();
        if (change instanceof Change.None) {
            return Inspected.NOTHING;
        }
        Traffic traffic = plan.trafficOf(phaseIndex);
        List<FlagStep> flags = plan.flagsOf(phaseIndex);
        plan.turnTo(flags.get(0));
        Map<VersionRole, UsedRelations.Used> usedBefore;
        try (Connection observer = source().getConnection()) {
            usedBefore = VersionUse.of(plan, traffic.first(), source(), observer);
        }
        DataBefore data = DataBefore.take(clone, invariants(invariant -> plan.heldBefore(invariant, phaseIndex)));
        before = data;
        RelationUse relations = VersionUse.relations(usedBefore);
        QuietTransaction quiet = QuietTransaction.on(clone, relations);
        ChangeException failure = limited.carryOut(change, clone, () -> source().getConnection(), quiet);
        UntouchedData untouched = failure == null
                ? data.compare(clone, invariants(invariant -> plan.holdsAfterChange(invariant, phaseIndex)))
                : UntouchedData.NONE;
        plan.turnTo(flags.get(flags.size() - 1));
        WaysBack.Found way = failure == null
                ? waysBack.inspect(phaseIndex, data.copy(), clone, untouched, relations)
                : WaysBack.Found.NOTHING;
        Inspected inspected =
                afterwards(phaseIndex, quiet, usedBefore, untouched, failure).withWayBack(way.way(), way.undone());
        return failure != null || production.isEmpty() ? inspected : withGrowth(inspected, change, data.copy());
    }

    private Inspected afterwards(
            int phaseIndex,
            QuietTransaction quiet,
            Map<VersionRole, UsedRelations.Used> usedBefore,
            UntouchedData untouched,
            @Nullable ChangeException failure)
            throws SQLException {
        try (Connection observer = source().getConnection()) {
            Map<VersionRole, UsedRelations.Used> usedAfter =
                    VersionUse.of(plan, plan.trafficOf(phaseIndex).last(), source(), observer);
            PhaseUse use = use(phaseIndex, usedBefore, usedAfter, observer);
            Set<VersionRole> later = plan.runningFrom(phaseIndex);
            later.removeAll(usedBefore.keySet());
            later.removeAll(usedAfter.keySet());
            return new Inspected(
                    quiet.footprints(),
                    List.of(),
                    use,
                    VersionUse.accesses(usedBefore, usedAfter),
                    before == null ? untouched : before.withUse(untouched, use.all(), later, plan),
                    WayBack.NONE,
                    List.of(),
                    failure,
                    List.of(),
                    List.of(),
                    Compatibility.NONE);
        }
    }

    /** A version that uses more tables after the change is watched once more on the schema from before it, for longer. */
    private PhaseUse use(
            int phaseIndex,
            Map<VersionRole, UsedRelations.Used> usedBefore,
            Map<VersionRole, UsedRelations.Used> usedAfter,
            Connection observer)
            throws SQLException {
        int oldPercent = plan.trafficOf(phaseIndex).first();
        List<FlagStep> flags = plan.flagsOf(phaseIndex);
        plan.turnTo(flags.get(0));
        RelationUse atFirst = VersionUse.relations(usedBefore);
        Map<VersionRole, UsedRelations.Used> staying = new EnumMap<>(usedAfter);
        staying.keySet().retainAll(usedBefore.keySet());
        boolean isKnown = flags.size() == 1 && staying.size() == usedBefore.size();
        RelationUse meanwhile = atFirst.and(VersionUse.relations(
                isKnown ? staying : VersionUse.of(plan, oldPercent, source(), observer, UsedRelations.TIMES)));
        if (!meanwhile.equals(atFirst)) {
            atFirst = atFirst.and(useBefore(oldPercent));
        }
        plan.turnTo(flags.get(flags.size() - 1));
        return new PhaseUse(atFirst, meanwhile, meanwhile.and(VersionUse.relations(usedAfter)));
    }

    private RelationUse useBefore(int oldPercent) throws SQLException {
        try (Database again = before().copy();
                Connection observer = QuietSessions.of(again).getConnection()) {
            return VersionUse.relations(
                    VersionUse.of(plan, oldPercent, QuietSessions.of(again), observer, UsedRelations.OFTEN));
        }
    }

    /**
     * Runs the operations of both versions around the change of the phase that was inspected last, on copies of what there
     * was before it, and of what there is now.
     *
     * @param inspected what was found
     * @throws InterruptedException if the calling thread is interrupted
     */
    public Compatibility compatibility(int phaseIndex, Inspected inspected) throws SQLException, InterruptedException {
        AroundChange around = AroundChange.of(before(), clone, inspected.footprints());
        return CompatibilityProbe.of(plan, phaseIndex, around, limited);
    }

    /**
     * Rehearses the change of the phase that was inspected last by the rules of backfills, if it is one, or does nothing
     * else.
     *
     * @param inspected what was found
     * @throws InterruptedException if the calling thread is interrupted
     */
    public BackfillHistory backfill(int phaseIndex, Inspected inspected) throws InterruptedException {
        Phase phase = plan.phases().get(phaseIndex);
        if (phase.change() instanceof Change.None || inspected.failure() != null) {
            return BackfillHistory.NONE;
        }
        try {
            return new BackfillInspection(phase, inspected.footprints(), inspected.untouched(), plan.tolerance())
                    .run(before(), clone);
        } catch (SQLException e) {
            return BackfillHistory.notTried(phase.isBackfill(), String.valueOf(e.getMessage()));
        }
    }

    private List<Invariant> invariants(Predicate<Invariant> which) {
        return plan.invariants().stream().filter(which).toList();
    }

    private Inspected withGrowth(Inspected inspected, Change change, Database copy)
            throws SQLException, InterruptedException {
        try (Database own = copy.copy()) {
            return inspected.withGrowth(new GrowthMeasurement(
                            production,
                            plan.tolerance().tinyTableRows(),
                            change,
                            inspected.use().all(),
                            limited,
                            System::nanoTime)
                    .measure(own, inspected.footprints()));
        } catch (ChangeException e) {
            return inspected.failed(e);
        }
    }

    private void forget() {
        if (before != null) {
            before.close();
            before = null;
        }
    }

    private PGSimpleDataSource source() {
        return QuietSessions.of(clone);
    }

    @Override
    public void close() {
        forget();
        clone.close();
    }
}
