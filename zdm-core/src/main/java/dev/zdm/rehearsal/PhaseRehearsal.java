package dev.zdm.rehearsal;

import dev.zdm.change.ChangeException;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.MigrationTimeline;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.Traffic;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.Relation;
import dev.zdm.rehearsal.PhaseWindows.Holds;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One phase under load: steady load, change, load after the change, traffic steps, drained comparison.
 *
 * <p>If the change fails, the traffic is not shifted: the old version must be able to go on.
 */
final class PhaseRehearsal {
    private static final String NOT_DRAINED = "operations were still under way when the load was to be drained";

    private final Stage stage;
    private final int index;
    private final Phase phase;
    private final Traffic traffic;
    private final ProgressListener progress;
    private final LoadRecorder.Recording recording;
    private final LogReader log;
    private final PhaseWindows windows;
    private final ChangeRehearsal change;
    private final List<String> blindSpots = new ArrayList<>();
    private final Set<Relation> invalidBefore = new HashSet<>();
    private final boolean isGuest;
    private int reached;

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
        this.traffic = stage.plan().trafficOf(index);
        this.progress = progress;
        this.isGuest = guest != null;
        this.reached = traffic.first();
        this.recording = stage.recorder().beginPhase();
        MigrationTimeline timeline = new MigrationTimeline();
        this.log = new LogReader(stage, timeline);
        this.windows = new PhaseWindows(stage, index, recording, log, progress);
        this.change = new ChangeRehearsal(stage, phase, traffic.first(), recording, timeline, guest);
    }

    /** Rehearses the phase; what the quiet pass found goes into the history as it is. */
    PhaseHistory run(Inspected inspected, Instant begin) throws SQLException, InterruptedException {
        ChangeException quiet = inspected.failure();
        if (quiet != null && quiet.isStopped()) {
            change.noteFailure(quiet); // It would take no less time under load.
            return history(inspected, begin, Set.of());
        }
        stage.hiccups().take();
        blindSpots.addAll(inspected.blindSpots());
        invalidBefore.addAll(stage.observer().invalidIndexes(false));
        invalidBefore.addAll(stage.invalidAtFirst());
        Set<VersionRole> connected = stage.connected();
        if (!mayShift(index == 0 ? 100 : stage.plan().trafficOf(index - 1).last(), traffic.first())) {
            return history(inspected, begin, Set.of());
        }
        stage.shift(traffic.first());
        if (index > 0) {
            recording.errors().arrived(arrivals(connected));
        }
        windows.pass(WindowKind.STEADY, traffic.first(), Holds.BEFORE_CHANGE);
        boolean changed = change();
        if (changed) {
            shiftTraffic();
        }
        boolean drained = windows.drain(changed ? Holds.AFTER_CHANGE : Holds.BEFORE_CHANGE);
        if (!drained) {
            blindSpots.add(NOT_DRAINED);
        }
        if (!isGuest) {
            stage.data().agreement().compareAtEnd(reached);
        }
        stage.book().readBack(Stage.inTraffic(reached), drained);
        Set<Relation> invalid = stage.observer().invalidIndexes(isLastChange());
        invalid.removeAll(invalidBefore);
        return history(inspected, begin, invalid);
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

    private boolean change() throws SQLException, InterruptedException {
        if (phase.change() instanceof Change.None) {
            windows.changeEnded();
            return true;
        }
        progress.phase(phase.name(), phase.change().describe());
        OpenWindow window = windows.open(WindowKind.CHANGE, traffic.first());
        recording.errors().changeBegins();
        windows.changeBegins(traffic.first());
        boolean succeeded = change.carryOut(windows::tick);
        windows.changeEnded();
        window.close(true);
        invalidBefore.removeIf(change::skipped);
        stage.renewHalfOfTheSessions();
        windows.pass(WindowKind.AFTER_CHANGE, traffic.first(), succeeded ? Holds.AFTER_CHANGE : Holds.NEVER);
        return succeeded;
    }

    private void shiftTraffic() throws SQLException, InterruptedException {
        List<Integer> steps = traffic.oldPercents();
        if (phase.change() instanceof Change.None) {
            recording.errors().changeBegins();
        }
        for (int step = 1; step < steps.size(); step++) {
            if (!mayShift(steps.get(step - 1), steps.get(step))) {
                return;
            }
            stage.shift(steps.get(step));
            reached = steps.get(step);
            windows.pass(WindowKind.TRAFFIC_STEP, reached, Holds.AFTER_CHANGE);
        }
    }

    /** Compares both versions where a shift is the time for it, and returns whether it may be made. */
    private boolean mayShift(int oldPercent, int next) throws InterruptedException {
        VersionAgreement agreement = stage.data().agreement();
        if (isGuest || !agreement.isDueBetween(oldPercent, next)) {
            return true;
        }
        if (!windows.rest()) {
            blindSpots.add(NOT_DRAINED);
        }
        return agreement.compareBetween(next);
    }

    /** Returns whether the change came to wait for the long transaction in its way. */
    boolean metCompany() {
        return change.metCompany();
    }

    private List<String> notes(Inspected inspected, WaitSight sight) {
        List<String> notes = new ArrayList<>(inspected.notes());
        notes.addAll(sight.notes());
        notes.addAll(stage.data().agreement().takeNotes());
        if (change.deadlocked()) {
            notes.add(
                    "the change was the victim of a deadlock and was carried out again, to see its other effects too");
        }
        if (windows.loweredTo() > 0) {
            notes.add("the application is too slow for the load that was planned: it was lowered to "
                    + Math.round(windows.loweredTo()) + " operations per second");
        }
        return notes;
    }

    private PhaseHistory history(Inspected inspected, Instant begin, Set<Relation> invalid)
            throws SQLException, InterruptedException {
        List<StatementRun> statements = change.statements();
        blindSpots.addAll(stage.takeBlindSpots());
        blindSpots.addAll(stage.data().takeTroubles());
        LogReader.Waits waits = log.finish();
        blindSpots.addAll(waits.sight().blindSpots());
        return new PhaseHistory(
                phase,
                begin,
                Duration.between(begin, stage.clock().now()),
                windows.windows(),
                statements,
                change.failure(),
                recording
                        .errors()
                        .toErrors(
                                stage.clock(),
                                nanos -> ChangeUnderLoad.during(
                                        statements, stage.clock().at(nanos))),
                waits.waits(),
                waits.contention(),
                windows.latencies(),
                recording.intervals().take(),
                stage.data().takeInvariants(),
                stage.data().agreement().takeAgreements(),
                stage.book().take(),
                inspected.footprints(),
                inspected.growth(),
                inspected.use(),
                inspected.accesses(),
                inspected.untouched(),
                List.copyOf(invalid),
                stage.hiccups().take(),
                inspected.failure() == null ? null : inspected.failure().getMessage(),
                notes(inspected, waits.sight()),
                blindSpots);
    }
}
