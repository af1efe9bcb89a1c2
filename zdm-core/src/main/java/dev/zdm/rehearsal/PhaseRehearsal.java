package dev.zdm.rehearsal;

import dev.zdm.change.ChangeException;
import dev.zdm.change.RunningChange;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.InvariantOutcome;
import dev.zdm.observation.Latency;
import dev.zdm.observation.MigrationTimeline;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.SessionRole;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.Window;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.BlockingSession;
import dev.zdm.plan.Change;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.Phase;
import dev.zdm.plan.Traffic;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One phase under load: steady load, change, load after the change, traffic steps, drained comparison.
 *
 * <p>If the change fails, the traffic is not shifted: the old version must be able to go on.
 */
final class PhaseRehearsal {
    private static final int MOST_DEADLOCKS = 5;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Stage stage;
    private final int index;
    private final Phase phase;
    private final Traffic traffic;
    private final ProgressListener progress;
    private final LoadRecorder.Recording recording;
    private final MigrationTimeline timeline = new MigrationTimeline();
    private final LogReader log;
    private final CompanyRehearsals.@Nullable Guest guest;
    private final InvariantTally invariants = new InvariantTally();
    private final List<String> blindSpots = new ArrayList<>();
    private List<StatementRun> statements = List.of();
    private @Nullable StatementRun changeFailure;
    private boolean deadlocked;
    private final Set<Relation> invalidBefore = new HashSet<>();
    private double loweredTo;
    private boolean metCompany;

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
        this.guest = guest;
        this.stage = stage;
        this.index = index;
        this.phase = stage.plan().phases().get(index);
        this.traffic = stage.plan().trafficOf(index);
        this.progress = progress;
        this.recording = stage.recorder().beginPhase();
        this.log = new LogReader(stage, timeline);
    }

    /** Rehearses the phase; what the quiet pass found goes into the history as it is. */
    PhaseHistory run(Inspected inspected, Instant begin) throws SQLException, InterruptedException {
        ChangeException quiet = inspected.failure();
        if (quiet != null && quiet.isStopped()) {
            changeFailure = failed(quiet); // It would take no less time under load.
            return history(inspected, begin, Set.of());
        }
        stage.hiccups().take();
        blindSpots.addAll(inspected.blindSpots());
        invalidBefore.addAll(stage.observer().invalidIndexes(false));
        invalidBefore.addAll(stage.invalidAtFirst());
        Set<VersionRole> connected = stage.connected();
        stage.shift(traffic.first());
        if (index > 0) {
            recording.errors().arrived(arrivals(connected));
        }
        window(WindowKind.STEADY, traffic.first(), stage.plan()::holdsBeforeChange);
        boolean changed = change();
        if (changed) {
            shiftTraffic();
        }
        drain(changed);
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
            return true;
        }
        progress.phase(phase.name(), phase.change().describe());
        OpenWindow window = open(WindowKind.CHANGE, traffic.first());
        recording.errors().changeBegins();
        ChangeException failure;
        try (Blocker blocker = blocker()) {
            failure = carryOut(blocker);
            changeFailure = failed(failure);
            for (int again = 0; again < MOST_DEADLOCKS && isDeadlock(failure) && isOneTransaction(); again++) {
                // A deadlock is a matter of chance: what the change does to the application besides is to be seen as
                // well.
                deadlocked = true;
                failure = carryOut(blocker);
                changeFailure = failure == null || isDeadlock(failure) ? changeFailure : failed(failure);
            }
            window.close(true);
        }
        stage.renewHalfOfTheSessions();
        boolean succeeded = failure == null;
        window(WindowKind.AFTER_CHANGE, traffic.first(), succeeded ? stage.plan()::holdsAfterChange : (i, p) -> false);
        return succeeded;
    }

    /** Waits until the change has ended, by itself or because it takes longer than the plan allows. */
    private void awaitEnd(RunningChange running, @Nullable Blocker blocker) throws SQLException, InterruptedException {
        Duration limit = stage.plan().tolerance().changeTime();
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            Chance chance = chance(blocker);
            while (running.isRunning() && System.nanoTime() < deadline) {
                tick();
                if (chance != null) {
                    chance.tick(running.backends());
                }
            }
            metCompany = chance != null && chance.met();
        } catch (InterruptedException e) {
            running.stop("the rehearsal was interrupted", () -> stage.connect(SessionRole.OBSERVER));
            ChangeException stopped = running.failure();
            InterruptedException told = new InterruptedException(stopped == null ? null : stopped.getMessage());
            told.initCause(e);
            throw told;
        }
        if (running.isRunning()) {
            String why = "it was stopped after " + limit.toMillis() / 1000.0 + " s, the limit of a change";
            running.stop(why, () -> stage.connect(SessionRole.OBSERVER));
        }
    }

    /** Carries out the change once and returns why it failed; null: it did not. */
    private @Nullable ChangeException carryOut(@Nullable Blocker blocker) throws SQLException, InterruptedException {
        ChangeUnderLoad running = new ChangeUnderLoad(
                phase.change(),
                () -> stage.connect(SessionRole.MIGRATION),
                new ChangeUnderLoad.Observed(stage.clock(), stage.sessions(), timeline, stage.locks(), interlude()));
        awaitEnd(running.change(), blocker);
        List<StatementRun> all = new ArrayList<>(statements);
        all.addAll(running.statements());
        statements = List.copyOf(all);
        invalidBefore.removeIf(running::skipped);
        return running.change().failure();
    }

    private static boolean isDeadlock(@Nullable ChangeException failure) {
        return failure != null && SqlState.of(failure).equals(SqlState.DEADLOCK_DETECTED);
    }

    /** Whether nothing is left of the change when one of its statements has failed. */
    private boolean isOneTransaction() {
        return phase.change() instanceof Change.Statements list
                ? list.transactional() || list.statements().size() == 1
                : phase.change() instanceof Change.Script script && script.transactional();
    }

    /** Returns the statement that failed; a change can also fail outside of any, in Flyway's validation for example. */
    private @Nullable StatementRun failed(@Nullable ChangeException failure) {
        if (failure == null) {
            return null;
        }
        String explanation = failure.explanation();
        StatementRun last = statements.isEmpty() ? null : statements.get(statements.size() - 1);
        if (last != null && last.failure() != null) {
            String more = explanation == null ? "" : "; " + explanation;
            StatementRun.Failure told = new StatementRun.Failure(
                    last.failure().sqlState(), last.failure().message() + more);
            return new StatementRun(last.statement(), last.pid(), last.begin(), last.end(), told);
        }
        Instant now = stage.clock().now();
        String message = explanation == null ? String.valueOf(failure.getMessage()) : explanation;
        SqlStatement place = failure.statement() == null
                ? new SqlStatement(message, phase.change().describe(), 0)
                : failure.statement();
        return new StatementRun(place, 0, now, now, new StatementRun.Failure(failure.sqlState(), message));
    }

    private Interlude interlude() {
        Map<OperationName, Integer> operations = stage.operations(traffic.first());
        return new Interlude(recording, () -> new OpenWindow(WindowKind.CHANGE, traffic.first(), operations, 1));
    }

    private @Nullable Blocker blocker() throws SQLException {
        BlockingSession session = guest == null
                ? stage.plan().blockingSession().orElse(null)
                : guest.session(stage.plan().tolerance().changeTime());
        return session == null ? null : new Blocker(stage.connect(SessionRole.BLOCKER), session, stage.sessions());
    }

    private @Nullable Chance chance(@Nullable Blocker blocker) {
        if (guest == null || blocker == null) {
            return null;
        }
        Chance.Look look = backends -> stage.observer().isAnyBlockedBy(backends, blocker.pid());
        return new Chance(guest.chance(), guest.latest(), look, blocker::release, System::nanoTime);
    }

    /** Returns whether the change came to wait for the long transaction in its way. */
    boolean metCompany() {
        return metCompany;
    }

    private void shiftTraffic() throws SQLException, InterruptedException {
        List<Integer> steps = traffic.oldPercents();
        boolean pure = phase.change() instanceof Change.None;
        if (pure) {
            recording.errors().changeBegins();
        }
        for (int step = 1; step < steps.size(); step++) {
            stage.shift(steps.get(step));
            window(WindowKind.TRAFFIC_STEP, steps.get(step), stage.plan()::holdsAfterChange);
        }
    }

    /** Whether an invariant holds at some point of a phase. */
    @FunctionalInterface
    private interface Holds {
        boolean test(Invariant invariant, int phaseIndex);
    }

    private OpenWindow open(WindowKind kind, int oldPercent) {
        OpenWindow window = new OpenWindow(
                kind,
                oldPercent,
                stage.operations(oldPercent),
                stage.plan().load().coverage());
        recording.windows().add(window);
        return window;
    }

    private void window(WindowKind kind, int oldPercent, Holds holds) throws SQLException, InterruptedException {
        progress.phase(phase.name(), kind.label() + " " + oldPercent + "/" + (100 - oldPercent));
        OpenWindow window = open(kind, oldPercent);
        long shortest = stage.plan().load().minimumWindow().toNanos();
        long longest = stage.plan().load().maximumWindow().toNanos();
        boolean complete = false;
        while (!complete && window.elapsedNanos() < longest) {
            tick();
            boolean longEnough = window.elapsedNanos() >= shortest && window.isCovered();
            if (longEnough && kind == WindowKind.STEADY && lowered(stage.lowerToCapacity(oldPercent))) {
                shortest = window.elapsedNanos()
                        + stage.plan().load().minimumWindow().toNanos();
                longEnough = false;
            }
            // Failures may take longer than the work that they replace: that load need not be reached.
            complete = longEnough
                    && (stage.overdueNanos() < Stage.CAUGHT_UP_NANOS
                            || recording.errors().anySinceChange());
        }
        invariants.add(stage.observer().evaluate(holding(holds, true), false));
        window.close(complete);
    }

    private boolean lowered(double ratePerSecond) {
        if (ratePerSecond > 0) {
            loweredTo = ratePerSecond;
        }
        return ratePerSecond > 0;
    }

    private List<String> notes(Inspected inspected, WaitSight sight) {
        List<String> notes = new ArrayList<>(inspected.notes());
        notes.addAll(sight.notes());
        if (deadlocked) {
            notes.add(
                    "the change was the victim of a deadlock and was carried out again, to see its other effects too");
        }
        if (loweredTo > 0) {
            notes.add("the application is too slow for the load that was planned: it was lowered to "
                    + Math.round(loweredTo) + " operations per second");
        }
        return notes;
    }

    private List<Invariant> holding(Holds holds, boolean underLoad) {
        return stage.plan().invariants().stream()
                .filter(invariant -> holds.test(invariant, index) && (invariant.underLoad() || !underLoad))
                .toList();
    }

    private void tick() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(TICK_NANOS);
        log.poll();
        recording.intervals().tick();
    }

    private void drain(boolean changed) throws SQLException, InterruptedException {
        progress.phase(phase.name(), "drained comparison");
        boolean catchUp = !recording.errors().anySinceChange();
        if (!stage.drain(catchUp, stage.plan().load().maximumWindow().toNanos())) {
            blindSpots.add("operations were still under way when the load was to be drained");
        }
        Holds holds = changed ? stage.plan()::holdsAfterChange : stage.plan()::holdsBeforeChange;
        invariants.add(stage.observer().evaluate(holding(holds, false), true));
    }

    private PhaseHistory history(Inspected inspected, Instant begin, Set<Relation> invalid)
            throws SQLException, InterruptedException {
        List<Window> windows = new ArrayList<>();
        List<Latency> latencies = new ArrayList<>();
        for (OpenWindow window : recording.windows()) {
            latencies.addAll(window.latencies(windows.size()));
            windows.add(window.toWindow(stage.clock()));
        }
        List<InvariantOutcome> outcomes = invariants.outcomes();
        blindSpots.addAll(stage.takeBlindSpots());
        LogReader.Waits waits = log.finish();
        blindSpots.addAll(waits.sight().blindSpots());
        return new PhaseHistory(
                phase,
                begin,
                Duration.between(begin, stage.clock().now()),
                windows,
                statements,
                changeFailure,
                recording
                        .errors()
                        .toErrors(
                                stage.clock(),
                                nanos -> ChangeUnderLoad.during(
                                        statements, stage.clock().at(nanos))),
                waits.waits(),
                waits.contention(),
                latencies,
                recording.intervals().take(),
                outcomes,
                inspected.footprints(),
                inspected.growth(),
                inspected.use(),
                inspected.accesses(),
                List.copyOf(invalid),
                stage.hiccups().take(),
                inspected.failure() == null ? null : inspected.failure().getMessage(),
                notes(inspected, waits.sight()),
                blindSpots);
    }
}
