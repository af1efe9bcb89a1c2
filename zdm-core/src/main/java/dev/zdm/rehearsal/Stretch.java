package dev.zdm.rehearsal;

import dev.zdm.change.ChangeException;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.BackfillHistory;
import dev.zdm.observation.CrashHistory;
import dev.zdm.observation.MigrationTimeline;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.ReplicaHistory;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.WayBack;
import dev.zdm.observation.Window;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RollOutStep;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.Relation;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One change under load, with a recording and a history of its own: the way forward of a phase, its way back, or the way
 * forward once more. For use by one thread; only one stretch of a stage is under way at a time.
 */
final class Stretch {
    private static final String NOT_DRAINED = "operations were still under way when the load was to be drained";

    private final Stage stage;
    private final Course course;
    private final ProgressListener progress;
    private final boolean isGuest;
    private final LoadRecorder.Recording recording;
    private final LogReader log;
    private final PhaseWindows windows;
    private final ChangeRehearsal change;
    private final List<String> blindSpots = new ArrayList<>();
    private final Set<Relation> invalidBefore = new HashSet<>();
    private final Instant begin;
    private final RollOut rollOut;

    /**
     * Begins a stretch.
     *
     * @param guest a long transaction that is in the way until the change has had its chance; null: none, or the plan's
     */
    Stretch(
            Stage stage,
            Course course,
            LoadProfile load,
            ProgressListener progress,
            CompanyRehearsals.@Nullable Guest guest)
            throws SQLException {
        this.stage = stage;
        this.course = course;
        this.progress = progress;
        this.isGuest = guest != null;
        this.begin = stage.clock().now();
        this.recording = stage.recorder().beginPhase();
        if (stage.replica() != null) {
            stage.replica().beginStretch();
        }
        MigrationTimeline timeline = new MigrationTimeline();
        this.log = new LogReader(stage, timeline);
        this.windows = new PhaseWindows(stage, course, load, recording, log, progress);
        this.rollOut =
                new RollOut(stage, windows, stage.plan().stepsOf(course.index()).get(0));
        this.change = new ChangeRehearsal(stage, course.phase(), course.oldPercent(), recording, timeline, guest);
    }

    LoadRecorder.Recording recording() {
        return recording;
    }

    /** Returns the step that was reached. */
    RollOutStep reached() {
        return rollOut.reached();
    }

    void addBlindSpots(List<String> spots) {
        blindSpots.addAll(spots);
    }

    /** Remembers the indexes that are invalid now. */
    void noteInvalidIndexes() throws SQLException {
        invalidBefore.addAll(stage.observer().invalidIndexes(false));
        invalidBefore.addAll(stage.invalidAtFirst());
    }

    /** Lets the load run with the traffic and the flags of a step; it was drained before. */
    void startFrom(RollOutStep step) {
        rollOut.go(step);
    }

    /** Lets a window of the load pass before the change. */
    void steady() throws SQLException, InterruptedException {
        windows.pass(WindowKind.STEADY, course.oldPercent(), course.before());
    }

    /** Carries out the change, be it none, and returns whether it succeeded. */
    boolean change() throws SQLException, InterruptedException {
        Phase phase = course.phase();
        if (phase.change() instanceof Change.None) {
            windows.changeEnded();
            return true;
        }
        progress.phase(phase.name(), phase.change().describe());
        OpenWindow window = windows.open(WindowKind.CHANGE, course.oldPercent());
        recording.errors().changeBegins();
        windows.changeBegins();
        boolean succeeded = change.carryOut(windows::tick);
        windows.changeEnded();
        window.close(true);
        invalidBefore.removeIf(change::skipped);
        stage.renewHalfOfTheSessions();
        windows.pass(
                WindowKind.AFTER_CHANGE, course.oldPercent(), succeeded ? course.after() : PhaseWindows.Holds.NEVER);
        return succeeded;
    }

    /**
     * Goes on step by step, until both versions are found to read different values before a step.
     *
     * @param andBack whether to go back and forward again at each step
     */
    void shift(List<RollOutStep> steps, boolean andBack, PhaseWindows.Holds holds)
            throws SQLException, InterruptedException {
        rollOut.walk(steps, andBack, holds, this::mayShift);
    }

    /** Compares both versions where a shift is the time for it, and returns whether it may be made. */
    boolean mayShift(int oldPercent, int next) throws InterruptedException {
        VersionAgreement agreement = stage.data().agreement();
        if (isGuest || !agreement.isDueBetween(oldPercent, next)) {
            return true;
        }
        if (!windows.rest()) {
            blindSpots.add(NOT_DRAINED);
        }
        return agreement.compareBetween(next);
    }

    /**
     * Drains the load, looks at the data and reads back what was written.
     *
     * @param readers the versions that must be able to
     */
    void settle(PhaseWindows.Holds holds, Set<VersionRole> readers) throws InterruptedException {
        boolean drained = windows.drain(holds);
        if (!drained) {
            blindSpots.add(NOT_DRAINED);
        }
        if (!isGuest) {
            stage.data().agreement().compareAtEnd(reached().oldPercent());
        }
        stage.book().readBack(readers, drained);
        if (stage.replica() != null) {
            stage.replica().settle();
        }
    }

    /** Returns the indexes that are invalid and were not when they were noted. */
    Set<Relation> newInvalidIndexes(boolean partitionedToo) throws SQLException {
        Set<Relation> invalid = stage.observer().invalidIndexes(partitionedToo);
        invalid.removeAll(invalidBefore);
        return invalid;
    }

    /** Says why the change failed where it was not carried out under load. */
    void noteFailure(ChangeException failure) {
        change.noteFailure(failure);
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

    /** Ends the stretch and returns what was observed, together with what the quiet pass found. */
    PhaseHistory history(Inspected inspected, Set<Relation> invalid) throws SQLException, InterruptedException {
        return history(inspected, begin, invalid);
    }

    /**
     * Ends the stretch and returns what was observed, together with what the quiet pass found.
     *
     * @param since when the history begins
     */
    PhaseHistory history(Inspected inspected, Instant since, Set<Relation> invalid)
            throws SQLException, InterruptedException {
        List<StatementRun> statements = change.statements();
        blindSpots.addAll(stage.takeBlindSpots());
        blindSpots.addAll(stage.data().takeTroubles());
        LogReader.Waits waits = log.finish();
        blindSpots.addAll(waits.sight().blindSpots());
        List<Window> observed = windows.windows();
        return new PhaseHistory(
                course.phase(),
                since,
                Duration.between(since, stage.clock().now()),
                observed,
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
                WayBack.NONE,
                inspected.compatibility(),
                CrashHistory.NONE,
                BackfillHistory.NONE,
                replica(observed),
                List.copyOf(invalid),
                stage.hiccups().take(),
                inspected.failure() == null ? null : inspected.failure().getMessage(),
                notes(inspected, waits.sight()),
                blindSpots);
    }

    private ReplicaHistory replica(List<Window> observed) {
        ReplicaStage replica = stage.replica();
        if (replica == null) {
            return ReplicaHistory.NONE;
        }
        blindSpots.addAll(replica.blindSpots());
        return replica.take(observed, stage.clock(), stage.sessions());
    }
}
