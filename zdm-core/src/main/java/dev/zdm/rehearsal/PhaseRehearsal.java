package dev.zdm.rehearsal;

import dev.zdm.change.ChangeException;
import dev.zdm.change.MigrationBooks;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.SessionRole;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RollOutStep;
import dev.zdm.plan.VersionRole;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One phase under load: steady load, change, load after the change, traffic steps, drained comparison; then, where there
 * is a way back, the way back and forward again.
 *
 * <p>If the change fails, the traffic is not shifted: the old version must be able to go on.
 */
final class PhaseRehearsal {
    private final Stage stage;
    private final int index;
    private final Phase phase;
    private final List<RollOutStep> steps;
    private final ProgressListener progress;
    private final Stretch forward;
    private final boolean isGuest;

    PhaseRehearsal(Stage stage, int index, ProgressListener progress) throws SQLException {
        this(stage, index, progress, null);
    }

    /**
     * Prepares a phase.
     *
     * @param guest a long transaction that is in the way until the change has had its chance; null: none, or the plan's
     */
    PhaseRehearsal(Stage stage, int index, ProgressListener progress, CompanyRehearsals.@Nullable Guest guest)
            throws SQLException {
        this.stage = stage;
        this.index = index;
        this.phase = stage.plan().phases().get(index);
        this.steps = stage.plan().stepsOf(index);
        this.progress = progress;
        this.isGuest = guest != null;
        this.forward = new Stretch(
                stage, Course.forward(stage.plan(), index), stage.plan().load(), progress, guest);
    }

    /** Rehearses the phase; what the quiet pass found goes into the history as it is. */
    PhaseHistory run(Inspected inspected, Instant begin) throws SQLException, InterruptedException {
        ChangeException quiet = inspected.failure();
        if (quiet != null && quiet.isStopped()) {
            forward.noteFailure(quiet); // It would take no less time under load.
            return forward.history(inspected, begin, Set.of());
        }
        stage.hiccups().take();
        forward.addBlindSpots(inspected.blindSpots());
        forward.noteInvalidIndexes();
        Set<VersionRole> connected = stage.connected();
        if (!forward.mayShift(
                index == 0 ? 100 : stage.plan().trafficOf(index - 1).last(),
                steps.get(0).oldPercent())) {
            return forward.history(inspected, begin, Set.of());
        }
        forward.startFrom(steps.get(0));
        if (index > 0) {
            forward.recording().errors().arrived(arrivals(connected));
        }
        forward.steady();
        MigrationBooks books = isGuest ? new MigrationBooks(Map.of()) : books();
        boolean changed = forward.change();
        if (changed) {
            shiftTraffic();
        }
        forward.settle(
                changed ? PhaseWindows.Holds.AFTER_CHANGE : PhaseWindows.Holds.BEFORE_CHANGE,
                Stage.inTraffic(forward.reached().oldPercent()));
        PhaseHistory history = forward.history(inspected, begin, forward.newInvalidIndexes(isLastChange()));
        return isGuest ? history : new WayBackRehearsal(stage, index, progress, books).run(history, inspected);
    }

    private MigrationBooks books() throws SQLException {
        try (Connection connection = stage.connect(SessionRole.OBSERVER)) {
            return MigrationBooks.read(connection);
        }
    }

    /** Until the last change a partitioned table's index may lack those of partitions. */
    private boolean isLastChange() {
        List<Phase> phases = stage.plan().phases();
        return phases.subList(index + 1, phases.size()).stream()
                .allMatch(later -> later.change() instanceof Change.None);
    }

    private Set<VersionRole> arrivals(Set<VersionRole> connectedBefore) {
        Set<VersionRole> arrivals = new HashSet<>(stage.connected());
        arrivals.removeAll(connectedBefore);
        return arrivals;
    }

    private void shiftTraffic() throws SQLException, InterruptedException {
        if (phase.change() instanceof Change.None) {
            forward.recording().errors().changeBegins();
        }
        forward.shift(steps.subList(1, steps.size()), !isGuest, PhaseWindows.Holds.AFTER_CHANGE);
    }

    /** Returns whether the change came to wait for the long transaction in its way. */
    boolean metCompany() {
        return forward.metCompany();
    }
}
