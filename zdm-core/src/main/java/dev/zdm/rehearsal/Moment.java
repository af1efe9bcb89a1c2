package dev.zdm.rehearsal;

import dev.zdm.plan.Invariant;
import java.util.List;

/**
 * A stretch of a phase in which the same holds of the data.
 *
 * @param kind what goes on meanwhile
 * @param changed whether the phase's change is done
 * @param invariants what must hold
 * @param compared whether both versions are at work, and must read the same
 */
record Moment(Kind kind, boolean changed, List<Invariant> invariants, boolean compared) {
    static final Moment NOTHING = new Moment(Kind.LOAD, false, List.of(), false);

    Moment {
        invariants = List.copyOf(invariants);
    }

    /** What goes on. */
    enum Kind {
        /** The load runs. */
        LOAD,
        /** The load runs, and the change with it. */
        CHANGE,
        /** Nothing. */
        DRAINED
    }
}
