package dev.zdm.rehearsal;

import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.rehearsal.PhaseWindows.Holds;

/**
 * Which way a stretch goes: what is carried out, and which invariants hold on the way.
 *
 * @param index the number of the plan's phase
 * @param phase its name, with the change that is carried out
 * @param oldPercent the old version's share before, during and after the change
 * @param before what holds before the change
 * @param meanwhile what holds while it is carried out
 * @param after what holds after it
 */
record Course(int index, Phase phase, int oldPercent, Holds before, Holds meanwhile, Holds after) {
    /** Returns the way forward of a phase. */
    static Course forward(RehearsalPlan plan, int index) {
        return new Course(
                index,
                plan.phases().get(index),
                plan.trafficOf(index).first(),
                Holds.BEFORE_CHANGE,
                Holds.BEFORE_CHANGE,
                Holds.AFTER_CHANGE);
    }

    /** Returns the way back of a phase. */
    static Course back(RehearsalPlan plan, int index, Change undo) {
        return alone(plan, index, undo, Holds.AFTER_CHANGE, Holds.AFTER_ROLLBACK);
    }

    /** Returns the way forward of a phase that was rolled back. */
    static Course again(RehearsalPlan plan, int index) {
        return alone(plan, index, plan.phases().get(index).change(), Holds.AFTER_ROLLBACK, Holds.AFTER_CHANGE);
    }

    private static Course alone(RehearsalPlan plan, int index, Change change, Holds before, Holds after) {
        int oldPercent = plan.trafficOf(index).first();
        Phase phase = Phase.of(plan.phases().get(index).name(), change).withTraffic(oldPercent);
        return new Course(index, phase, oldPercent, before, before.and(after), after);
    }
}
