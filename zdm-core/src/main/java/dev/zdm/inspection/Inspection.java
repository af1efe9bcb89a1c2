package dev.zdm.inspection;

import dev.zdm.change.ChangeException;
import dev.zdm.change.ChangeRunner;
import dev.zdm.change.SqlParameters;
import dev.zdm.database.Database;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.RelationUse;
import dev.zdm.plan.Change;
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
    // A parallel worker's rows are missing in the counters of the session that it works for.
    private static final String NOT_PARALLEL =
            "-c max_parallel_workers_per_gather=0 -c max_parallel_maintenance_workers=0";

    private final RehearsalPlan plan;
    private final Database clone;

    /**
     * Begins a quiet pass.
     *
     * @param clone a copy of the baseline; closed with the inspection
     */
    public Inspection(RehearsalPlan plan, Database clone) {
        this.plan = plan;
        this.clone = clone;
    }

    /**
     * What the quiet pass found for a phase.
     *
     * @param footprints the statements that ran
     * @param use the tables that the versions of the phase's traffic use
     * @param failure why the change failed; null: it did not
     */
    public record Inspected(
            List<Footprint> footprints,
            RelationUse use,
            @Nullable ChangeException failure) {}

    /**
     * Carries out the change of the next phase alone.
     *
     * @throws SQLException if the clone cannot be observed
     */
    public Inspected inspect(int phaseIndex) throws SQLException {
        Change change = plan.phases().get(phaseIndex).change();
        if (change instanceof Change.None) {
            return new Inspected(List.of(), RelationUse.NONE, null);
        }
        Traffic traffic = plan.trafficOf(phaseIndex);
        try (Connection observer = source().getConnection()) {
            ExistingRelations existing = ExistingRelations.read(observer);
            RelationUse before = use(traffic.first(), observer);
            QuietTransaction quiet = new QuietTransaction(existing);
            ChangeException failure = carryOut(change, quiet);
            RelationUse use = before.and(use(traffic.last(), observer));
            return new Inspected(quiet.footprints(), use, failure);
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
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(clone.jdbcUrl());
        source.setUser(clone.credentials().getProperty("user"));
        source.setPassword(clone.credentials().getProperty("password"));
        source.setApplicationName("zdm inspection");
        source.setOptions(NOT_PARALLEL);
        return source;
    }

    @Override
    public void close() {
        clone.close();
    }
}
