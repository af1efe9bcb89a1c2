package dev.zdm.rehearsal;

import dev.zdm.observation.Latency;
import dev.zdm.observation.Window;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.FlagStep;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.RollOutStep;
import dev.zdm.rehearsal.Moment.Kind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The windows of one phase, one after the other, and the looks at the data in them. For use by one thread. */
final class PhaseWindows {
    private static final Duration STEP_BACK = Duration.ofMillis(200);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Stage stage;
    private final Course course;
    private final LoadProfile load;
    private final LoadRecorder.Recording recording;
    private final LogReader log;
    private final ProgressListener progress;
    private boolean changed;
    private double loweredTo;
    private FlagStep flags = FlagStep.NONE;

    /**
     * Begins without a window.
     *
     * @param load how long windows last, and what they must see
     */
    PhaseWindows(
            Stage stage,
            Course course,
            LoadProfile load,
            LoadRecorder.Recording recording,
            LogReader log,
            ProgressListener progress) {
        this.stage = stage;
        this.course = course;
        this.load = load;
        this.recording = recording;
        this.log = log;
        this.progress = progress;
    }

    /** Whether an invariant holds at some point of a phase; a method of the plan. */
    @FunctionalInterface
    interface Holds {
        /** The point before a phase's change. */
        Holds BEFORE_CHANGE = RehearsalPlan::holdsBeforeChange;

        /** Every point from the end of a phase's change on. */
        Holds AFTER_CHANGE = RehearsalPlan::holdsAfterChange;

        /** Every point from the end of a phase's rollback on: what held at the end of the phase before. */
        Holds AFTER_ROLLBACK = (plan, invariant, phase) ->
                phase == 0 ? invariant.fromPhase() == null : plan.holdsAfterChange(invariant, phase - 1);

        /** No invariant is looked at. */
        Holds NEVER = (plan, invariant, phase) -> false;

        boolean test(RehearsalPlan plan, Invariant invariant, int phaseIndex);

        /** Returns what holds at both points. */
        default Holds and(Holds other) {
            return (plan, invariant, phase) -> test(plan, invariant, phase) && other.test(plan, invariant, phase);
        }
    }

    /** Says which feature flags are in force from now on. */
    void flags(FlagStep inForce) {
        flags = inForce;
    }

    /** Opens a window that ends with {@link OpenWindow#close}. */
    OpenWindow open(WindowKind kind, int oldPercent) {
        OpenWindow window =
                new OpenWindow(kind, new RollOutStep(oldPercent, flags), stage.operations(oldPercent), load.coverage());
        recording.windows().add(window);
        return window;
    }

    /** Lets a window pass: for as long as the plan says, and until every operation has run often enough. */
    void pass(WindowKind kind, int oldPercent, Holds holds) throws SQLException, InterruptedException {
        progress.phase(name(), kind.label() + " " + new RollOutStep(oldPercent, flags));
        look(Kind.LOAD, holds, oldPercent);
        OpenWindow window = open(kind, oldPercent);
        long shortest = shortest(kind).toNanos();
        long longest = load.maximumWindow().toNanos();
        boolean complete = false;
        while (!complete && window.elapsedNanos() < longest) {
            tick();
            boolean longEnough = window.elapsedNanos() >= shortest && window.isCovered();
            if (longEnough && kind == WindowKind.STEADY && lowered(stage.lowerToCapacity(oldPercent))) {
                shortest = window.elapsedNanos() + load.minimumWindow().toNanos();
                longEnough = false;
            }
            // Failures may take longer than the work that they replace: that load need not be reached.
            complete = longEnough
                    && (stage.overdueNanos() < Stage.CAUGHT_UP_NANOS
                            || recording.errors().anySinceChange());
        }
        stage.data().awaitLook();
        window.close(complete);
    }

    /** One step back, every operation is to run often enough; it need not last. */
    private Duration shortest(WindowKind kind) {
        boolean isShort = kind == WindowKind.STEP_BACK && load.minimumWindow().compareTo(STEP_BACK) > 0;
        return isShort ? STEP_BACK : load.minimumWindow();
    }

    private boolean lowered(double ratePerSecond) {
        if (ratePerSecond > 0) {
            loweredTo = ratePerSecond;
        }
        return ratePerSecond > 0;
    }

    /**
     * Lets everything under way end and looks at the data.
     *
     * @return whether everything ended in time
     */
    boolean drain(Holds holds) throws InterruptedException {
        boolean drained = rest();
        look(Kind.DRAINED, holds, 0);
        stage.data().awaitLook();
        stage.data().turnTo(Moment.NOTHING);
        return drained;
    }

    /**
     * Lets everything under way end; nothing more is done until the next shift of the traffic.
     *
     * @return whether everything ended in time
     */
    boolean rest() throws InterruptedException {
        progress.phase(name(), "drained comparison");
        stage.data().turnTo(Moment.NOTHING);
        boolean catchUp = !recording.errors().anySinceChange();
        return stage.drain(catchUp, load.maximumWindow().toNanos());
    }

    /** Looks at the data while the change is under way: only what holds before it and after it, holds meanwhile. */
    void changeBegins() throws InterruptedException {
        look(Kind.CHANGE, course.meanwhile(), course.oldPercent());
    }

    /** From now on the change is done, be it one of the traffic alone. */
    void changeEnded() {
        changed = true;
        stage.data().turns().endAll();
    }

    private void look(Kind kind, Holds holds, int oldPercent) throws InterruptedException {
        List<Invariant> holding = stage.plan().invariants().stream()
                .filter(invariant -> holds.test(stage.plan(), invariant, course.index()))
                .filter(invariant -> invariant.underLoad() || kind == Kind.DRAINED)
                .toList();
        boolean compared = kind != Kind.DRAINED && stage.data().agreement().applies(oldPercent);
        stage.data().turnTo(new Moment(kind, changed, holding, compared));
    }

    /** Lets a few milliseconds pass. */
    void tick() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(TICK_NANOS);
        log.poll();
        recording.intervals().tick();
    }

    private String name() {
        return course.phase().name();
    }

    /** Returns the load that the application could bear, in operations per second; 0: all that was planned. */
    double loweredTo() {
        return loweredTo;
    }

    List<Window> windows() {
        return recording.windows().stream()
                .map(window -> window.toWindow(stage.clock()))
                .toList();
    }

    List<Latency> latencies() {
        List<Latency> latencies = new ArrayList<>();
        List<OpenWindow> windows = recording.windows();
        for (int i = 0; i < windows.size(); i++) {
            latencies.addAll(windows.get(i).latencies(i));
        }
        return latencies;
    }
}
