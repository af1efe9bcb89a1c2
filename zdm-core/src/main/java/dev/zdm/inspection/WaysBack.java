package dev.zdm.inspection;

import dev.zdm.database.Database;
import dev.zdm.inspection.WayBackInspection.State;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.RelationUse;
import dev.zdm.observation.TableData;
import dev.zdm.observation.UntouchedData;
import dev.zdm.observation.WayBack;
import dev.zdm.observation.WayBack.Need;
import dev.zdm.plan.Change;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.postgres.SchemaDifference;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ways back from the phases of a plan, one after the other. For use by one thread. */
final class WaysBack {
    private final RehearsalPlan plan;
    private final LimitedChange limited;
    private @Nullable String pointOfNoReturn;

    WaysBack(RehearsalPlan plan, LimitedChange limited) {
        this.plan = plan;
        this.limited = limited;
    }

    /**
     * What was found of a phase.
     *
     * @param way the way back
     * @param undone the footprints of the rollback's statements
     */
    record Found(WayBack way, List<Footprint> undone) {
        /** Nothing, because nothing was changed. */
        static final Found NOTHING = new Found(WayBack.NONE, List.of());
    }

    /**
     * Looks at the way back of the next phase, whose change has succeeded.
     *
     * @param before the database before the change
     * @param after the database after it; nobody works on either
     * @param untouched what the change did to the data
     * @param use what the versions of the phase use
     */
    Found inspect(int index, Database before, Database after, UntouchedData untouched, RelationUse use)
            throws SQLException, InterruptedException {
        Change undo = plan.phases().get(index).rollback();
        State from = State.of(before);
        State to = State.of(after);
        if (undo != null) {
            WayBackInspection.Found found = new WayBackInspection(plan, index, undo, limited, from, to).run(use);
            WayBack way = new WayBack(Need.ROLLBACK, pointOfNoReturn, found.quiet(), null, null, null);
            return new Found(way, found.undone());
        }
        boolean addedOnly = hasAddedOnly(from.schema().until(to.schema()), untouched);
        Need need = addedOnly ? Need.ADDED_ONLY : Need.MISSING;
        Found found = new Found(new WayBack(need, pointOfNoReturn, null, null, null, null), List.of());
        if (need == Need.MISSING && pointOfNoReturn == null) {
            pointOfNoReturn = plan.phases().get(index).name();
        }
        return found;
    }

    /** Whether the schema is what it was, and every row and every value that there was is there. */
    private static boolean hasAddedOnly(SchemaDifference difference, UntouchedData untouched) {
        return difference.isEmpty()
                && difference.reordered().isEmpty()
                && untouched.failure() == null
                && untouched.tables().stream().allMatch(WaysBack::hasAddedOnly);
    }

    private static boolean hasAddedOnly(TableData table) {
        return table.now() != null
                && !table.replaced()
                && table.missing() == 0
                && table.dropped().isEmpty()
                && table.columns().stream().allMatch(column -> column.filled() == column.differing());
    }
}
