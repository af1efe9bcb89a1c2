package dev.zdm.inspection;

import dev.zdm.observation.OperationName;
import dev.zdm.observation.RelationUse;
import dev.zdm.observation.TableAccess;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.VersionRole;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/** What the versions that have traffic do on a quiet clone. */
final class VersionUse {
    private VersionUse() {}

    /** Runs the operations of the versions that have traffic at this share of the old one. */
    static Map<VersionRole, UsedRelations.Used> of(
            RehearsalPlan plan, int oldPercent, PGSimpleDataSource source, Connection observer) throws SQLException {
        return of(plan, oldPercent, source, observer, UsedRelations.TIMES);
    }

    /**
     * Runs the operations of the versions that have traffic at this share of the old one.
     *
     * @param times how often each operation runs
     */
    static Map<VersionRole, UsedRelations.Used> of(
            RehearsalPlan plan, int oldPercent, PGSimpleDataSource source, Connection observer, int times)
            throws SQLException {
        Map<VersionRole, UsedRelations.Used> use = new EnumMap<>(VersionRole.class);
        for (VersionRole role : VersionRole.values()) {
            if (role == VersionRole.OLD ? oldPercent > 0 : oldPercent < 100) {
                use.put(
                        role,
                        UsedRelations.of(
                                plan.version(role),
                                source,
                                observer,
                                plan.baseline().rows(),
                                times));
            }
        }
        return use;
    }

    /** Returns the tables that all of them use. */
    static RelationUse relations(Map<VersionRole, UsedRelations.Used> use) {
        return use.values().stream().map(UsedRelations.Used::relations).reduce(RelationUse.NONE, RelationUse::and);
    }

    /** Returns how statements read tables that ran before and after a change. */
    static List<TableAccess> accesses(
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
}
