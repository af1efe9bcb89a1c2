package dev.zdm.rehearsal;

import dev.zdm.change.ChangeException;
import dev.zdm.change.RunningChange;
import dev.zdm.observation.MigrationTimeline;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.SessionRole;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.BlockingSession;
import dev.zdm.plan.Change;
import dev.zdm.plan.FlagStep;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RollOutStep;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The change of one phase, carried out while the load goes on, and again when it was the victim of a deadlock. */
final class ChangeRehearsal {
    private static final int MOST_DEADLOCKS = 5;

    private final Stage stage;
    private final Phase phase;
    private final int oldPercent;
    private final LoadRecorder.Recording recording;
    private final MigrationTimeline timeline;
    private final CompanyRehearsals.@Nullable Guest guest;
    private final List<ChangeUnderLoad> runs = new ArrayList<>();
    private @Nullable StatementRun failure;
    private boolean deadlocked;
    private boolean metCompany;

    /**
     * Prepares a change.
     *
     * @param oldPercent the share of the old version meanwhile
     * @param guest a long transaction that is in the way until the change has had its chance; null: none, or the plan's
     */
    ChangeRehearsal(
            Stage stage,
            Phase phase,
            int oldPercent,
            LoadRecorder.Recording recording,
            MigrationTimeline timeline,
            CompanyRehearsals.@Nullable Guest guest) {
        this.stage = stage;
        this.phase = phase;
        this.oldPercent = oldPercent;
        this.recording = recording;
        this.timeline = timeline;
        this.guest = guest;
    }

    /**
     * Carries out the change and returns whether it succeeded.
     *
     * @param tick what goes on while the change does
     */
    boolean carryOut(Ticker tick) throws SQLException, InterruptedException {
        try (Blocker blocker = blocker()) {
            ChangeException failed = once(blocker, tick);
            noteFailure(failed);
            for (int again = 0; again < MOST_DEADLOCKS && isDeadlock(failed) && isOneTransaction(); again++) {
                // A deadlock is a matter of chance: what the change does to the application besides is to be seen as
                // well.
                deadlocked = true;
                failed = once(blocker, tick);
                if (failed != null && !isDeadlock(failed)) {
                    noteFailure(failed);
                }
            }
            return failed == null;
        }
    }

    /** What goes on while a change is waited for. */
    @FunctionalInterface
    interface Ticker {
        /** Lets a few milliseconds pass. */
        void tick() throws InterruptedException;
    }

    /** Returns the statements that ran so far. */
    List<StatementRun> statements() {
        return runs.stream().flatMap(run -> run.statements().stream()).toList();
    }

    /** Returns the statement that failed, be it as the victim of a deadlock only; null: none did. */
    @Nullable
    StatementRun failure() {
        return failure;
    }

    /** Returns whether the change was the victim of a deadlock and was carried out again. */
    boolean deadlocked() {
        return deadlocked;
    }

    /** Returns whether the change came to wait for the long transaction in its way. */
    boolean metCompany() {
        return metCompany;
    }

    /** Returns whether a statement with {@code IF NOT EXISTS} was skipped because a relation of this name is there. */
    boolean skipped(Relation relation) {
        return runs.stream().anyMatch(run -> run.skipped(relation));
    }

    /** Carries out the change once and returns why it failed; null: it did not. */
    private @Nullable ChangeException once(@Nullable Blocker blocker, Ticker tick)
            throws SQLException, InterruptedException {
        try (Connection watching = stage.connect(SessionRole.OBSERVER)) {
            ChangeUnderLoad running = begin();
            stage.hiccups().watch(new HiccupMeter.Watched(running.change()::backends, running::threads));
            try (DiskWatch disk =
                    DiskWatch.start(watching, running.change()::backends, stage.clock(), stage.hiccups())) {
                awaitEnd(running.change(), blocker, tick);
            } finally {
                stage.hiccups().watch(HiccupMeter.Watched.NOTHING);
            }
            runs.add(running);
            return running.change().failure();
        }
    }

    private ChangeUnderLoad begin() {
        return new ChangeUnderLoad(
                phase.change(),
                () -> stage.connect(SessionRole.MIGRATION),
                new ChangeUnderLoad.Observed(
                        stage.clock(),
                        stage.sessions(),
                        timeline,
                        stage.locks(),
                        stage.data().turns(),
                        interlude(),
                        stage.hiccups(),
                        recording.intervals()::average));
    }

    /** Waits until the change has ended, by itself or because it takes longer than the plan allows. */
    private void awaitEnd(RunningChange running, @Nullable Blocker blocker, Ticker tick)
            throws SQLException, InterruptedException {
        Duration limit = stage.plan().tolerance().changeTime();
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            Chance chance = chance(blocker);
            while (running.isRunning() && System.nanoTime() < deadline) {
                tick.tick();
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

    private static boolean isDeadlock(@Nullable ChangeException failure) {
        return failure != null && SqlState.of(failure).equals(SqlState.DEADLOCK_DETECTED);
    }

    /** Whether nothing is left of the change when one of its statements has failed. */
    private boolean isOneTransaction() {
        return phase.change() instanceof Change.Statements list
                ? list.transactional() || list.statements().size() == 1
                : phase.change() instanceof Change.Script script && script.transactional();
    }

    /**
     * Finds the statement that failed; a change can also fail outside of any, in Flyway's validation for example.
     *
     * @param failed why the change failed; null: it did not
     */
    void noteFailure(@Nullable ChangeException failed) {
        failure = failed == null ? null : statement(failed);
    }

    private StatementRun statement(ChangeException failed) {
        String explanation = failed.explanation();
        List<StatementRun> statements = statements();
        StatementRun last = statements.isEmpty() ? null : statements.get(statements.size() - 1);
        if (last != null && last.failure() != null) {
            String more = explanation == null ? "" : "; " + explanation;
            StatementRun.Failure told = new StatementRun.Failure(
                    last.failure().sqlState(), last.failure().message() + more);
            return new StatementRun(last.statement(), last.pid(), last.begin(), last.end(), told);
        }
        Instant now = stage.clock().now();
        String message = explanation == null ? String.valueOf(failed.getMessage()) : explanation;
        SqlStatement place = failed.statement() == null
                ? new SqlStatement(message, phase.change().describe(), 0)
                : failed.statement();
        return new StatementRun(place, 0, now, now, new StatementRun.Failure(failed.sqlState(), message));
    }

    private Interlude interlude() {
        Map<OperationName, Integer> operations = stage.operations(oldPercent);
        return new Interlude(
                recording,
                () -> new OpenWindow(WindowKind.CHANGE, new RollOutStep(oldPercent, FlagStep.NONE), operations, 1),
                stage.data());
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
}
