package dev.zdm.assertions;

import dev.zdm.observation.BackfillHistory;
import dev.zdm.observation.Compatibility;
import dev.zdm.observation.CrashHistory;
import dev.zdm.observation.InvariantOutcome;
import dev.zdm.observation.Latency;
import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.OperationError;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.PhaseUse;
import dev.zdm.observation.ReplicaHistory;
import dev.zdm.observation.ServerFacts;
import dev.zdm.observation.SessionRole;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.UntouchedData;
import dev.zdm.observation.WayBack;
import dev.zdm.observation.Window;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Tolerance;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.Checks;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds the history of a phase by hand and has it judged; without more, nothing went wrong in it. */
final class PhaseFixture {
    static final OperationName FIND = new OperationName(VersionRole.OLD, "find");
    static final SqlStatement ALTER =
            new SqlStatement("ALTER TABLE customer ADD COLUMN token uuid", "V2__add_token.sql", 3);

    private static final Instant BEGIN = Instant.parse("2026-11-01T12:00:00Z");
    private static final Duration LENGTH = Duration.ofSeconds(1);

    private final String name;
    private final List<Window.Coverage> coverage = new ArrayList<>();
    private final List<OperationError> errors = new ArrayList<>();
    private final List<LockWait> lockWaits = new ArrayList<>();
    private final List<Latency> latencies = new ArrayList<>();
    private LedgerHistory ledger = LedgerHistory.NONE;
    private final List<InvariantOutcome> invariants = new ArrayList<>();
    private final List<String> blindSpots = new ArrayList<>();
    private boolean complete = true;
    private StatementRun.@Nullable Failure failure;

    private PhaseFixture(String name) {
        this.name = name;
    }

    /** A phase in which the operation 'find' of the old version ran. */
    static PhaseFixture phase(String name) {
        return idlePhase(name).covered(40, 0);
    }

    /** A phase in which no operation ran. */
    static PhaseFixture idlePhase(String name) {
        return new PhaseFixture(name);
    }

    static RehearsalResult rehearsal(List<String> planned, PhaseResult... phases) {
        RehearsalPlan plan = RehearsalPlan.named("add token", Baseline.ofSql("create table customer ()"));
        for (String phase : planned) {
            plan = plan.withPhase(Phase.of(phase, Change.none()));
        }
        return new RehearsalResult(
                plan, new ServerFacts("embedded", "18.6", Map.of()), LENGTH, LENGTH, List.of(phases));
    }

    static RehearsalResult rehearsal(PhaseResult... phases) {
        return rehearsal(Stream.of(phases).map(PhaseResult::name).toList(), phases);
    }

    PhaseFixture covered(long succeeded, long failed) {
        coverage.add(new Window.Coverage(FIND, succeeded, failed, succeeded > 0 ? 4 : 1, 4));
        return this;
    }

    PhaseFixture notCovered() {
        coverage.clear();
        complete = false;
        return covered(0, 5);
    }

    PhaseFixture changeFailed() {
        failure = new StatementRun.Failure(new SqlState("42701"), "column \"token\" already exists");
        return this;
    }

    PhaseFixture operationFailed() {
        return operationFailed(0, 3);
    }

    PhaseFixture operationFailed(long before, long succeeded) {
        errors.add(new OperationError(
                FIND,
                new SqlState("42703"),
                "column \"full_name\" does not exist",
                7,
                before,
                succeeded,
                BEGIN,
                BEGIN,
                WindowKind.CHANGE,
                succeeded,
                run(),
                "select full_name from customer"));
        return this;
    }

    PhaseFixture waited(long millis, long causedMillis, LockWait.Cause cause) {
        lockWaits.add(new LockWait(
                SessionRole.OLD_VERSION,
                71,
                FIND,
                "AccessShareLock",
                "relation 16385",
                new Relation("public", "customer"),
                BEGIN,
                Duration.ofMillis(millis),
                cause,
                Duration.ofMillis(causedMillis),
                cause == LockWait.Cause.CONTENTION ? null : ALTER,
                List.of("the migration held AccessExclusiveLock")));
        return this;
    }

    PhaseFixture waitedForMigration(long millis) {
        return waited(millis, millis, LockWait.Cause.MIGRATION);
    }

    PhaseFixture latency(WindowKind kind, long p99Millis) {
        Duration p99 = Duration.ofMillis(p99Millis);
        int window = kind == WindowKind.STEADY ? 0 : 1;
        latencies.add(new Latency(FIND, window, 100, p99.dividedBy(2), p99, p99.multipliedBy(2), p99, Duration.ZERO));
        return this;
    }

    PhaseFixture invariantHeld() {
        invariants.add(new InvariantOutcome(names(), false, 4, 0, null, null));
        return this;
    }

    PhaseFixture invariantViolated() {
        InvariantOutcome.Broken broken =
                new InvariantOutcome.Broken(BEGIN.plus(LENGTH), 2, true, List.of("id=1", "id=7"));
        invariants.add(new InvariantOutcome(names(), true, 1, 1, broken, null));
        return this;
    }

    PhaseFixture readBack() {
        ledger = new LedgerHistory(12, 3, 3, 0, 15, 0, List.of(), List.of(), List.of());
        return this;
    }

    PhaseFixture invariantFailed() {
        InvariantOutcome.Failure failure = new InvariantOutcome.Failure(
                new SqlState("42P01"), "relation \"x\" does not exist", InvariantOutcome.When.ALWAYS);
        invariants.add(new InvariantOutcome(names(), false, 0, 0, null, failure));
        return this;
    }

    private static Invariant names() {
        return Invariant.of("names agree", "select id from customer where a <> b");
    }

    PhaseFixture blind() {
        blindSpots.add("the server log was cut off");
        return this;
    }

    private StatementRun run() {
        return new StatementRun(ALTER, 70, BEGIN, BEGIN.plus(LENGTH), failure);
    }

    PhaseResult judged() {
        return Checks.judge(history(), Tolerance.DEFAULT);
    }

    private PhaseHistory history() {
        return new PhaseHistory(
                Phase.of(name, Change.none()),
                BEGIN,
                LENGTH,
                List.of(
                        new Window(WindowKind.STEADY, 100, BEGIN, LENGTH, List.of(), true),
                        new Window(WindowKind.CHANGE, 100, BEGIN, LENGTH, coverage, complete)),
                List.of(run()),
                failure == null ? null : run(),
                errors,
                lockWaits,
                List.of(),
                latencies,
                List.of(),
                invariants,
                List.of(),
                ledger,
                List.of(),
                List.of(),
                PhaseUse.NONE,
                List.of(),
                UntouchedData.NONE,
                WayBack.NONE,
                Compatibility.NONE,
                CrashHistory.NONE,
                BackfillHistory.NONE,
                ReplicaHistory.NONE,
                List.of(),
                List.of(),
                null,
                List.of(),
                blindSpots);
    }
}
