package dev.zdm.verdict;

import dev.zdm.observation.Compatibility;
import dev.zdm.observation.Compatibility.Cell;
import dev.zdm.observation.Compatibility.State;
import dev.zdm.plan.VersionRole;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The schema before the first change, after one, or after the rollback of one, and what works on it.
 *
 * @param phase the phase whose change or rollback left it; empty: it is the one before the first change
 * @param state before the first change, after a change, or after its rollback
 * @param cells the operations, as they were tried in this phase
 */
public record SchemaState(String phase, State state, List<Cell> cells) {
    /** Copies the list. */
    public SchemaState {
        cells = List.copyOf(cells);
    }

    /** Returns the states of a rehearsal in order, as far as operations were tried on them. */
    public static List<SchemaState> of(List<PhaseResult> phases) {
        List<SchemaState> states = new ArrayList<>();
        for (PhaseResult phase : phases) {
            Compatibility compatibility = phase.history().compatibility();
            if (states.isEmpty()) {
                add("", State.BEFORE, compatibility, states);
            }
            add(phase.name(), State.AFTER, compatibility, states);
            add(phase.name(), State.UNDONE, compatibility, states);
        }
        return List.copyOf(states);
    }

    private static void add(String phase, State state, Compatibility compatibility, List<SchemaState> states) {
        if (compatibility.cells().stream().anyMatch(cell -> cell.ran(state))) {
            states.add(new SchemaState(phase, state, compatibility.cells()));
        }
    }

    /** Returns the versions all of whose operations work. */
    public Set<VersionRole> working() {
        Set<VersionRole> working = EnumSet.noneOf(VersionRole.class);
        for (VersionRole role : VersionRole.values()) {
            List<Cell> own = cells.stream()
                    .filter(cell -> cell.operation().version() == role && cell.ran(state))
                    .toList();
            if (!own.isEmpty() && own.stream().allMatch(cell -> cell.works(state))) {
                working.add(role);
            }
        }
        return working;
    }

    /** Returns whether both versions work, and so may run at the same time. */
    public boolean isForBoth() {
        return working().size() == VersionRole.values().length;
    }
}
