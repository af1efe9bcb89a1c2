package dev.zdm.verdict;

import dev.zdm.observation.Compatibility.State;
import dev.zdm.plan.VersionRole;
import java.util.List;
import java.util.Optional;

/**
 * In which orders the versions can be exchanged without a gap, as far as operations tell that were tried on every schema.
 *
 * <p>The new version may come in on a schema on which, and on all later ones of which, it works. The old one may stay for
 * as long as it has worked on every schema so far. In between both must work at once.
 *
 * @param changed the schemas from before the first change on, without those that rollbacks leave
 * @param undone those that rollbacks leave
 */
public record RollOuts(List<SchemaState> changed, List<SchemaState> undone) {
    /** Copies the lists. */
    public RollOuts {
        changed = List.copyOf(changed);
        undone = List.copyOf(undone);
    }

    /** Returns what the phases of a rehearsal tell. */
    public static RollOuts of(List<PhaseResult> phases) {
        List<SchemaState> all = SchemaState.of(phases);
        return new RollOuts(
                all.stream().filter(state -> state.state() != State.UNDONE).toList(),
                all.stream().filter(state -> state.state() == State.UNDONE).toList());
    }

    /** Returns the first schema from which on the new version always works; empty: it fails on the last one. */
    public Optional<SchemaState> newFrom() {
        SchemaState from = null;
        for (SchemaState state : changed) {
            boolean works = state.working().contains(VersionRole.NEW);
            if (!works) {
                from = null;
            } else if (from == null) {
                from = state;
            }
        }
        return Optional.ofNullable(from);
    }

    /** Returns the first schema on which the old version fails; empty: it works on all of them. */
    public Optional<SchemaState> oldEnds() {
        return changed.stream()
                .filter(state -> !state.working().contains(VersionRole.OLD))
                .findFirst();
    }

    /** Returns whether a rollback of the change that ends the old version lets it work again. */
    public boolean isWayBack() {
        return oldEnds()
                .map(end -> undone.stream()
                        .anyMatch(state -> state.phase().equals(end.phase())
                                && state.working().contains(VersionRole.OLD)))
                .orElse(true);
    }

    /** Returns the schemas on which the new version may come in while the old one still works, in order. */
    public List<SchemaState> openings() {
        SchemaState from = newFrom().orElse(null);
        if (from == null) {
            return List.of();
        }
        int first = changed.indexOf(from);
        int end = oldEnds().map(changed::indexOf).orElse(changed.size());
        return first < end ? changed.subList(first, end) : List.of();
    }
}
