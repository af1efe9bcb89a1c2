package dev.zdm.verdict;

import dev.zdm.observation.Agreement;
import dev.zdm.observation.BackfillHistory;
import dev.zdm.observation.Compatibility;
import dev.zdm.observation.CrashHistory;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.Footprint.LockTaken;
import dev.zdm.observation.Footprint.Rewrite;
import dev.zdm.observation.Footprint.Work;
import dev.zdm.observation.Growth;
import dev.zdm.observation.Hiccup;
import dev.zdm.observation.InvariantOutcome;
import dev.zdm.observation.Latency;
import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.OperationError;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.PhaseUse;
import dev.zdm.observation.RelationUse;
import dev.zdm.observation.ReplicaHistory;
import dev.zdm.observation.SessionRole;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.TableAccess;
import dev.zdm.observation.UntouchedData;
import dev.zdm.observation.WayBack;
import dev.zdm.observation.Window;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.Change;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.Losses;
import dev.zdm.plan.Phase;
import dev.zdm.plan.Touches;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Hand-made histories: a phase in which nothing happened, to which a test adds what it is about. */
public final class Histories {
    public static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    public static final SqlStatement ALTER = new SqlStatement("alter table customer add token uuid", "V2.sql", 3);
    public static final OperationName FIND = new OperationName(VersionRole.OLD, "find");
    public static final Relation CUSTOMER = new Relation("public", "customer");

    public final List<Window> windows = new ArrayList<>();
    public final List<OperationError> errors = new ArrayList<>();
    public final List<LockWait> waits = new ArrayList<>();
    public final List<Latency> latencies = new ArrayList<>();
    public final List<InvariantOutcome> invariants = new ArrayList<>();
    public final List<Agreement> agreements = new ArrayList<>();
    public LedgerHistory ledger = LedgerHistory.NONE;
    public final List<Footprint> footprints = new ArrayList<>();
    public final List<Growth> growth = new ArrayList<>();
    public final List<Hiccup> hiccups = new ArrayList<>();
    public final List<Relation> invalidIndexes = new ArrayList<>();
    public StatementRun changeFailure;
    public String inspectionFailure;
    public List<TableAccess> accesses = new ArrayList<>();
    public Touches touches = Touches.UNDECLARED;
    public UntouchedData untouched = UntouchedData.NONE;
    public WayBack wayBack = WayBack.NONE;
    public Compatibility compatibility = Compatibility.NONE;
    public CrashHistory crashes = CrashHistory.NONE;
    public BackfillHistory backfill = BackfillHistory.NONE;
    public ReplicaHistory replica = ReplicaHistory.NONE;
    public RelationUse use = new RelationUse(Set.of(CUSTOMER), Set.of(CUSTOMER));

    public Histories() {
        windows.add(new Window(WindowKind.STEADY, 100, NOON, Duration.ofSeconds(1), List.of(), true));
        windows.add(
                new Window(WindowKind.AFTER_CHANGE, 100, NOON.plusSeconds(2), Duration.ofSeconds(1), List.of(), true));
    }

    public static StatementRun run(StatementRun.Failure failure) {
        return new StatementRun(ALTER, 7, NOON.plusSeconds(1), NOON.plusSeconds(2), failure);
    }

    public static OperationError error(String sqlState, String message, long before, long after, long succeeded) {
        return new OperationError(
                FIND,
                new SqlState(sqlState),
                message,
                before + after,
                before,
                succeeded,
                NOON,
                NOON.plusSeconds(2),
                WindowKind.AFTER_CHANGE,
                succeeded,
                run(null),
                null);
    }

    public static LockWait wait(LockWait.Cause cause, long millis) {
        Duration duration = Duration.ofMillis(millis);
        return new LockWait(
                SessionRole.OLD_VERSION,
                11,
                FIND,
                "AccessShareLock",
                "relation 16385",
                CUSTOMER,
                NOON.plusSeconds(1),
                duration,
                cause,
                cause == LockWait.Cause.CONTENTION ? Duration.ZERO : duration,
                cause == LockWait.Cause.CONTENTION ? null : ALTER,
                List.of("migration (pid 7) held the lock"));
    }

    public static Footprint footprint(LockMode mode, Rewrite rewrite, Work work) {
        return working(mode, rewrite, work == null ? List.of() : List.of(work));
    }

    public static Footprint working(LockMode mode, Rewrite rewrite, List<Work> work) {
        return new Footprint(
                ALTER,
                1,
                Footprint.SeenFrom.INSIDE,
                mode == null ? List.of() : List.of(new LockTaken(CUSTOMER, CUSTOMER, mode, 200_000, false, ALTER)),
                rewrite == null ? List.of() : List.of(rewrite),
                List.of(),
                work,
                List.of(),
                List.of(),
                0,
                Duration.ZERO,
                Duration.ofMillis(5));
    }

    /** Returns a footprint of {@link #ALTER} that had this {@code lock_timeout} and did nothing. */
    public static Footprint impatient(Duration lockTimeout) {
        return ofAlter(0, lockTimeout);
    }

    /** Returns a footprint of {@link #ALTER} that wrote this much and says nothing of what. */
    public static Footprint writing(long walBytes) {
        return ofAlter(walBytes, Duration.ZERO);
    }

    private static Footprint ofAlter(long walBytes, Duration lockTimeout) {
        return new Footprint(
                ALTER,
                1,
                Footprint.SeenFrom.INSIDE,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                walBytes,
                lockTimeout,
                Duration.ofMillis(5));
    }

    /** Returns how the time of {@link #ALTER}'s locks grows; production has 40 million customers. */
    public static Growth growth(Growth.Kind kind, Duration inProduction) {
        return new Growth(
                List.of(ALTER),
                ALTER,
                CUSTOMER,
                Set.of(CUSTOMER),
                kind,
                kind == Growth.Kind.CONSTANT ? 0 : 3,
                List.of(
                        new Growth.Measurement(50_000, 150_000, Duration.ofMillis(62), 3),
                        new Growth.Measurement(200_000, 600_000, Duration.ofMillis(231), 3)),
                40_000_000,
                inProduction,
                false,
                1);
    }

    public static InvariantOutcome invariant(boolean drained, long violations, String failure) {
        return new InvariantOutcome(
                Invariant.of("names agree", "select id from customer where a <> b"),
                drained,
                3,
                violations,
                violations > 0
                        ? new InvariantOutcome.Broken(
                                NOON.plusSeconds(3), violations * 2, true, List.of("id=1", "id=2"))
                        : null,
                failure == null
                        ? null
                        : new InvariantOutcome.Failure(SqlState.QUERY_CANCELED, failure, InvariantOutcome.When.ALWAYS));
    }

    public static Agreement agreement(Agreement.When when, long differing, long unread) {
        return new Agreement(
                "name",
                when,
                2000 - unread,
                differing,
                differing > 0 ? List.of(new Agreement.Difference(17, "'Ann'", "null", NOON.plusSeconds(3))) : List.of(),
                unread,
                unread > 0 ? "java.lang.IllegalStateException: no customer 4" : null);
    }

    public static Latency latency(int window, long p99Millis) {
        Duration p99 = Duration.ofMillis(p99Millis);
        return new Latency(FIND, window, 100, Duration.ofMillis(1), p99, p99, p99, Duration.ZERO);
    }

    public PhaseHistory history() {
        return new PhaseHistory(
                new Phase(
                        "expand",
                        Change.statements("alter table customer add token uuid"),
                        null,
                        Change.statements("alter table customer drop token"),
                        Losses.NONE,
                        touches,
                        List.of(),
                        false),
                NOON,
                Duration.ofSeconds(5),
                windows,
                List.of(run(null)),
                changeFailure,
                errors,
                waits,
                List.of(),
                latencies,
                List.of(),
                invariants,
                agreements,
                ledger,
                footprints,
                growth,
                PhaseUse.throughout(use),
                accesses,
                untouched,
                wayBack,
                compatibility,
                crashes,
                backfill,
                replica,
                invalidIndexes,
                hiccups,
                inspectionFailure,
                List.of(),
                List.of());
    }
}
