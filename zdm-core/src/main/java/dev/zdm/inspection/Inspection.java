package dev.zdm.inspection;

import dev.zdm.change.ChangeException;
import dev.zdm.database.Database;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.Growth;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.RelationUse;
import dev.zdm.observation.TableAccess;
import dev.zdm.plan.Change;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Traffic;
import dev.zdm.plan.VersionRole;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
    }

    private ProductionTables productionTables() throws SQLException {
        if (plan.productionSizes().isEmpty()) {
            return ProductionTables.NONE;
        }
        try (Connection connection = source().getConnection()) {
            return ProductionTables.find(plan.productionSizes(), connection);
        }
    }

    /** Returns a copy of the clone as it is now. */
    public Database copy() {
        return clone.copy();
    }

    /**
     * What the quiet pass found for a phase.
     *
     * @param footprints the statements that ran
     * @param growth how the time of their locks grows with the tables whose size in production is known
     * @param use the tables that the versions of the phase's traffic use
     * @param accesses how operations read tables before and after the change
     * @param failure why the change failed; null: it did not
     * @param notes what was done otherwise than planned, in words
     * @param blindSpots what could not be observed, in words
     */
    public record Inspected(
            List<Footprint> footprints,
            List<Growth> growth,
            RelationUse use,
            List<TableAccess> accesses,
            @Nullable ChangeException failure,
            List<String> notes,
            List<String> blindSpots) {}

    /**
     * Carries out the change of the next phase alone; one that takes longer than the plan allows is stopped.
     *
     * @throws SQLException if the clone cannot be observed
     * @throws InterruptedException if the calling thread is interrupted; the change is stopped then
     */
    public Inspected inspect(int phaseIndex) throws SQLException, InterruptedException {
        Change change = plan.phases().get(phaseIndex).change();
        if (change instanceof Change.None) {
            return new Inspected(List.of(), List.of(), RelationUse.NONE, List.of(), null, List.of(), List.of());
        }
        if (production.isEmpty()) {
            return inspect(change, plan.trafficOf(phaseIndex));
        }
        try (Database before = clone.copy()) {
            Inspected inspected = inspect(change, plan.trafficOf(phaseIndex));
            return inspected.failure() == null ? withGrowth(inspected, change, before) : inspected;
        }
    }

    private Inspected inspect(Change change, Traffic traffic) throws SQLException, InterruptedException {
        try (Connection observer = source().getConnection()) {
            ExistingRelations existing = ExistingRelations.read(observer);
            Map<VersionRole, UsedRelations.Used> before = use(traffic.first(), observer);
            RelationUse usedBefore = relations(before);
            QuietTransaction quiet = new QuietTransaction(
                    existing, new RowLocks(() -> source().getConnection()), () -> conflictProbe(existing, usedBefore));
            ChangeException failure = limited.carryOut(change, clone, () -> source().getConnection(), quiet);
            Map<VersionRole, UsedRelations.Used> after = use(traffic.last(), observer);
            return new Inspected(
                    quiet.footprints(),
                    List.of(),
                    usedBefore.and(relations(after)),
                    accesses(before, after),
                    failure,
                    List.of(),
                    List.of());
        }
    }

    private Inspected withGrowth(Inspected inspected, Change change, Database before)
            throws SQLException, InterruptedException {
        List<Footprint> footprints = inspected.footprints();
        RelationUse use = inspected.use();
        List<TableAccess> accesses = inspected.accesses();
        try {
            GrowthMeasurement.Measured measured = new GrowthMeasurement(
                            production, plan.tolerance().tinyTableRows(), change, use, limited, System::nanoTime)
                    .measure(before, footprints);
            return new Inspected(
                    footprints, measured.growth(), use, accesses, null, measured.notes(), measured.blindSpots());
        } catch (ChangeException e) {
            return new Inspected(footprints, List.of(), use, accesses, e, List.of(), List.of());
        }
    }

    private ConflictProbe conflictProbe(ExistingRelations existing, RelationUse used) {
        return new ConflictProbe(
                () -> source().getConnection(),
                existing.byOid().values().stream()
                        .filter(entry -> entry.isTable() && used.used().contains(entry.relation()))
                        .sorted(Comparator.comparing(ExistingRelations.Entry::relation))
                        .toList());
    }

    private Map<VersionRole, UsedRelations.Used> use(int oldPercent, Connection observer) throws SQLException {
        Map<VersionRole, UsedRelations.Used> use = new EnumMap<>(VersionRole.class);
        for (VersionRole role : VersionRole.values()) {
            if (role == VersionRole.OLD ? oldPercent > 0 : oldPercent < 100) {
                use.put(
                        role,
                        UsedRelations.of(
                                plan.version(role),
                                source(),
                                observer,
                                plan.baseline().rows()));
            }
        }
        return use;
    }

    private static RelationUse relations(Map<VersionRole, UsedRelations.Used> use) {
        return use.values().stream().map(UsedRelations.Used::relations).reduce(RelationUse.NONE, RelationUse::and);
    }

    private static List<TableAccess> accesses(
            Map<VersionRole, UsedRelations.Used> before, Map<VersionRole, UsedRelations.Used> after) {
        List<TableAccess> accesses = new ArrayList<>();
        after.forEach((role, later) -> {
            Map<OperationWatch.Place, TableAccess.Reads> earlier =
                    before.getOrDefault(role, UsedRelations.Used.NONE).reads();
            later.reads().forEach((place, reads) -> {
                TableAccess.Reads readsBefore = earlier.get(place);
                if (readsBefore != null) {
                    OperationName operation = new OperationName(role, place.operation());
                    accesses.add(new TableAccess(operation, place.statement(), place.table(), readsBefore, reads));
                }
            });
        });
        accesses.sort(Comparator.comparing(access -> access.operation() + access.statement() + access.table()));
        return accesses;
    }

    private PGSimpleDataSource source() {
        return QuietSessions.of(clone);
    }

    @Override
    public void close() {
        clone.close();
    }
}
