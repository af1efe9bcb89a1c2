package dev.zdm.rehearsal;

import dev.zdm.change.MigrationBooks;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.SessionRole;
import dev.zdm.observation.WayBack;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.RollOutStep;
import dev.zdm.rehearsal.PhaseWindows.Holds;
import dev.zdm.verdict.Checks;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * The way back of a phase under load, after its way forward: the traffic goes back step by step, the rollback is carried
 * out, everything written is read back; then the change is carried out again and the traffic goes where it was.
 *
 * <p>Nothing is gone back under load where it went wrong on a quiet copy, or where the way forward went wrong.
 */
final class WayBackRehearsal {
    /** The way forward has shown how the application works; these windows show what the rollback does to it. */
    private static final Duration WINDOW = Duration.ofMillis(200);

    private final Stage stage;
    private final RehearsalPlan plan;
    private final int index;
    private final Phase phase;
    private final ProgressListener progress;
    private final MigrationBooks books;

    /**
     * Prepares the way back.
     *
     * @param books what migration tools had written down before the change
     */
    WayBackRehearsal(Stage stage, int index, ProgressListener progress, MigrationBooks books) {
        this.stage = stage;
        this.plan = stage.plan();
        this.index = index;
        this.phase = plan.phases().get(index);
        this.progress = progress;
        this.books = books;
    }

    /**
     * Rehearses the way back and returns the history of the phase with it.
     *
     * @param forward the history of the way forward
     */
    PhaseHistory run(PhaseHistory forward, Inspected inspected) throws SQLException, InterruptedException {
        WayBack way = inspected.wayBack();
        Change undo = phase.rollback();
        if (undo == null) {
            return forward.withWayBack(way, stage.clock().now());
        }
        if (!Checks.judge(forward, plan.tolerance()).verdict().findings().isEmpty()) {
            return forward.withWayBack(
                    way.notUnderLoad("something went wrong on the way forward"),
                    stage.clock().now());
        }
        if (!way.isSound()) {
            return forward.withWayBack(
                    way.notUnderLoad("it does not work on a quiet copy"),
                    stage.clock().now());
        }
        PhaseHistory back = back(undo, inspected);
        PhaseHistory again = back.changeFailure() == null ? again(inspected) : null;
        return forward.withWayBack(way.rehearsed(back, again), stage.clock().now());
    }

    private PhaseHistory back(Change undo, Inspected inspected) throws SQLException, InterruptedException {
        Stretch back = new Stretch(stage, Course.back(plan, index, undo), load(), progress, null);
        back.noteInvalidIndexes();
        back.recording().errors().changeBegins();
        List<RollOutStep> steps = new ArrayList<>(plan.stepsOf(index));
        RollOutStep first = steps.get(0);
        Collections.reverse(steps);
        back.startFrom(steps.get(0));
        back.shift(steps.subList(1, Math.max(1, steps.size() - 1)), false, Holds.AFTER_CHANGE);
        if (back.mayShift(back.reached().oldPercent(), first.oldPercent())) {
            back.startFrom(first);
        }
        back.steady();
        boolean undone = back.change();
        back.settle(undone ? Holds.AFTER_ROLLBACK : Holds.NEVER, undone ? plan.workingBefore(index) : Set.of());
        if (undone) {
            forget();
        }
        return back.history(inspected.ofRollback(), back.newInvalidIndexes(false));
    }

    private void forget() throws SQLException {
        try (Connection connection = stage.connect(SessionRole.OBSERVER)) {
            books.forgetLater(connection);
        }
        stage.book().keepOnly(plan.workingBefore(index));
        if (plan.trafficOf(index).first() == 100) {
            stage.data().agreement().newIsGone();
        }
    }

    private PhaseHistory again(Inspected inspected) throws SQLException, InterruptedException {
        List<RollOutStep> steps = plan.stepsOf(index);
        Stretch again = new Stretch(stage, Course.again(plan, index), load(), progress, null);
        again.noteInvalidIndexes();
        again.recording().errors().changeBegins();
        again.startFrom(steps.get(0));
        again.steady();
        boolean changed = again.change();
        if (changed) {
            again.shift(steps.subList(1, steps.size()), false, Holds.AFTER_CHANGE);
        }
        again.settle(
                changed ? Holds.AFTER_CHANGE : Holds.AFTER_ROLLBACK,
                Stage.inTraffic(again.reached().oldPercent()));
        return again.history(inspected.ofRepetition(), again.newInvalidIndexes(false));
    }

    private LoadProfile load() {
        LoadProfile usual = plan.load();
        Duration shortest = usual.minimumWindow().compareTo(WINDOW) < 0 ? usual.minimumWindow() : WINDOW;
        return usual.withWindows(shortest, usual.maximumWindow());
    }
}
