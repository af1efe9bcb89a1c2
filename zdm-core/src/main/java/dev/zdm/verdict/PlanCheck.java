package dev.zdm.verdict;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.TableAccess;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.Checks.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * No statement of an operation that used an index before the change reads the whole table after it.
 *
 * <p>By the server's counters on a quiet clone, not by time: how often it scanned the table, and how many rows that were.
 */
final class PlanCheck {
    private PlanCheck() {}

    static Outcome check(PhaseHistory history, Tolerance tolerance) {
        return Outcome.of(history.accesses().stream()
                .filter(access -> isWorse(access, tolerance))
                .<Finding>map(access -> new PlanRegressed(access, cause(access.table(), history)))
                .toList());
    }

    private static boolean isWorse(TableAccess access, Tolerance tolerance) {
        TableAccess.Reads before = access.before();
        TableAccess.Reads after = access.after();
        return before.sequentialScans() == 0
                && before.indexScans() > 0
                && after.sequentialScans() >= after.runs()
                && after.indexScans() * before.runs() < before.indexScans() * after.runs()
                && after.sequentialRows() > tolerance.tinyTableRows() * after.sequentialScans();
    }

    /** Returns the last statement that took an index of the table away, or else locked the table for its own use. */
    private static @Nullable SqlStatement cause(Relation table, PhaseHistory history) {
        List<Footprint> footprints = history.footprints();
        for (int i = footprints.size() - 1; i >= 0; i--) {
            if (footprints.get(i).indexes().stream().anyMatch(change -> takesAway(change, table))) {
                return footprints.get(i).statement();
            }
        }
        for (int i = footprints.size() - 1; i >= 0; i--) {
            boolean locked = footprints.get(i).locks().stream()
                    .anyMatch(lock -> lock.table().equals(table) && lock.mode().blocksWriters());
            if (locked) {
                return footprints.get(i).statement();
            }
        }
        return footprints.isEmpty()
                ? null
                : footprints.get(footprints.size() - 1).statement();
    }

    private static boolean takesAway(Footprint.IndexChange change, Relation table) {
        return table.equals(change.table())
                && (change.kind() == Footprint.IndexChange.Kind.DROPPED
                        || change.kind() == Footprint.IndexChange.Kind.LEFT_INVALID);
    }
}
