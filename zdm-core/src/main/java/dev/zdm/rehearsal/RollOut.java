package dev.zdm.rehearsal;

import dev.zdm.observation.WindowKind;
import dev.zdm.plan.RollOutStep;
import dev.zdm.rehearsal.PhaseWindows.Holds;
import java.sql.SQLException;
import java.util.List;

/** Takes the traffic and the feature flags of a stage from step to step. For use by one thread. */
final class RollOut {
    private final Stage stage;
    private final PhaseWindows windows;
    private RollOutStep reached;

    /**
     * Begins.
     *
     * @param first the step that the stage is at, or will be taken to
     */
    RollOut(Stage stage, PhaseWindows windows, RollOutStep first) {
        this.stage = stage;
        this.windows = windows;
        this.reached = first;
        windows.flags(first.flags());
    }

    /** Says whether the shares of the traffic may be shifted from one to another; the load may rest meanwhile. */
    @FunctionalInterface
    interface Gate {
        boolean mayShift(int oldPercent, int next) throws InterruptedException;
    }

    /** Returns the step at which the stage is. */
    RollOutStep reached() {
        return reached;
    }

    /** Takes the stage to a step. */
    void go(RollOutStep step) {
        stage.plan().turnTo(step.flags());
        stage.shift(step.oldPercent());
        windows.flags(step.flags());
        reached = step;
    }

    /**
     * Goes step by step, for as long as the gate lets it.
     *
     * @param andBack whether to go back from each step to the one before, and forward again: a roll-out that shows a mistake
     *     is taken back, and that must be as safe as going on
     */
    void walk(List<RollOutStep> steps, boolean andBack, Holds holds, Gate gate)
            throws SQLException, InterruptedException {
        for (RollOutStep next : steps) {
            RollOutStep before = reached;
            if (!gate.mayShift(before.oldPercent(), next.oldPercent())) {
                return;
            }
            boolean isTraffic = before.oldPercent() != next.oldPercent();
            pass(isTraffic ? WindowKind.TRAFFIC_STEP : WindowKind.FLAG_STEP, next, holds);
            if (andBack) {
                pass(WindowKind.STEP_BACK, before, holds);
                go(next);
            }
        }
    }

    private void pass(WindowKind kind, RollOutStep step, Holds holds) throws SQLException, InterruptedException {
        go(step);
        windows.pass(kind, step.oldPercent(), holds);
    }
}
