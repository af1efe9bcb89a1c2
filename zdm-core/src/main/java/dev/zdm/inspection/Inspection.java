package dev.zdm.inspection;

import dev.zdm.change.ChangeException;
import dev.zdm.change.ChangeRunner;
import dev.zdm.change.SqlParameters;
import dev.zdm.database.Database;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.Growth;
import dev.zdm.observation.RelationUse;
import dev.zdm.plan.Change;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Traffic;
import dev.zdm.plan.VersionRole;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
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
     * What the quiet pass found for a phase.
     *
     * @param footprints the statements that ran
     * @param growth how the time of their locks grows with the tables whose size in production is known
     * @param use the tables that the versions of the phase's traffic use
     * @param failure why the change failed; null: it did not
     * @param notes what was done otherwise than planned, in words
     * @param blindSpots what could not be observed, in words
     */
    public record Inspected(
            List<Footprint> footprints,
            List<Growth> growth,
            RelationUse use,
            @Nullable ChangeException failure,
            List<String> notes,
            List<String> blindSpots) {}

    /**
     * Carries out the change of the next phase alone.
     *
     * @throws SQLException if the clone cannot be observed
     */
    public Inspected inspect(int phaseIndex) throws SQLException {
        Change change = plan.phases().get(phaseIndex).change();
        if (change instanceof Change.None) {
            return new Inspected(List.of(), List.of(), RelationUse.NONE, null, List.of(), List.of());
        }
        if (production.isEmpty()) {
            return inspect(change, plan.trafficOf(phaseIndex));
        }
        try (Database before = clone.copy()) {
            Inspected inspected = inspect(change, plan.trafficOf(phaseIndex));
            return inspected.failure() == null ? withGrowth(inspected, change, before) : inspected;
        }
    }

    private Inspected inspect(Change change, Traffic traffic) throws SQLException {
        try (Connection observer = source().getConnection()) {
            ExistingRelations existing = ExistingRelations.read(observer);
            RelationUse before = use(traffic.first(), observer);
            QuietTransaction quiet = new QuietTransaction(existing);
            ChangeException failure = carryOut(change, quiet);
            RelationUse use = before.and(use(traffic.last(), observer));
            return new Inspected(quiet.footprints(), List.of(), use, failure, List.of(), List.of());
        }
    }

    private Inspected withGrowth(Inspected inspected, Change change, Database before) throws SQLException {
        List<Footprint> footprints = inspected.footprints();
        RelationUse use = inspected.use();
        try {
            GrowthMeasurement.Measured measured = new GrowthMeasurement(
                            production, plan.tolerance().tinyTableRows(), change, use, System::nanoTime)
                    .measure(before, footprints);
            return new Inspected(footprints, measured.growth(), use, null, measured.notes(), measured.blindSpots());
        } catch (ChangeException e) {
            return new Inspected(footprints, List.of(), use, e, List.of(), List.of());
        }
    }

    private @Nullable ChangeException carryOut(Change change, QuietTransaction quiet) {
        try {
            new ChangeRunner(() -> source().getConnection(), SqlParameters.NONE, quiet).run(change);
            return null;
        } catch (ChangeException e) {
            return e;
        }
    }

    private RelationUse use(int oldPercent, Connection observer) throws SQLException {
        RelationUse use = RelationUse.NONE;
        for (VersionRole role : VersionRole.values()) {
            if (role == VersionRole.OLD ? oldPercent > 0 : oldPercent < 100) {
                use = use.and(UsedRelations.of(
                        plan.version(role), source(), observer, plan.baseline().rows()));
            }
        }
        return use;
    }

    private PGSimpleDataSource source() {
        return QuietSessions.of(clone);
    }

    @Override
    public void close() {
        clone.close();
    }
}
