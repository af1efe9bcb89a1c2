package dev.zdm.rehearsal;

import dev.zdm.change.SessionSource;
import dev.zdm.observation.Agreement;
import dev.zdm.observation.Agreement.When;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.postgres.SqlState;
import dev.zdm.rehearsal.Moment.Kind;
import dev.zdm.workload.Comparison;
import dev.zdm.workload.SharedSession;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares, while both versions write, what they read of a few keys in one snapshot: fresh instances of both workloads
 * share one session that cannot write. For use by one thread, but for what says otherwise.
 */
final class AgreementLook implements Look {
    private static final int KEYS = 8;
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int PAUSES_PER_LOOK = 9;
    private static final int LOCK_MILLIS_WHILE_CHANGING = 10;

    /** So many looks in vain, one after the other, are no accident. */
    private static final int MOST_FAILURES = 3;

    private final RehearsalPlan plan;
    private final SnapshotSession snapshot;
    private final WallClock clock;
    private final AgreementTally tally;
    private final SharedSession shared = new SharedSession();
    private final SplittableRandom random = new SplittableRandom(4);
    private @Nullable Comparison comparison;
    private volatile @Nullable String refusal;
    private int failures;
    private long pause = SHORTEST_PAUSE_NANOS;

    AgreementLook(RehearsalPlan plan, SessionSource sessions, WallClock clock, AgreementTally tally) {
        this.plan = plan;
        this.snapshot = new SnapshotSession(sessions);
        this.clock = clock;
        this.tally = tally;
        boolean ownSessions = Stream.of(plan.oldVersion(), plan.newVersion())
                .anyMatch(version -> version instanceof ApplicationVersion.OfService);
        this.refusal = ownSessions ? "a service reads over sessions of its own" : null;
    }

    /** Returns why the versions cannot be compared under load, in words; null: they can. For any thread. */
    @Nullable
    String refusal() {
        return refusal;
    }

    @Override
    public boolean hasWork(Moment moment) {
        return moment.compared() && refusal == null;
    }

    @Override
    public Duration limit() {
        return LIMIT;
    }

    @Override
    public long pauseNanos() {
        return pause;
    }

    @Override
    public boolean look(Moment moment, Duration longest) throws SQLException {
        long began = System.nanoTime();
        boolean changing = moment.kind() == Kind.CHANGE;
        Connection session = snapshot.get();
        shared.use(session);
        try (Statement statement = session.createStatement()) {
            statement.execute("set local statement_timeout = " + Math.max(1, longest.toMillis()));
            statement.execute("set local lock_timeout = " + (changing ? LOCK_MILLIS_WHILE_CHANGING : 0));
            compare(statement);
            return true;
        } catch (SQLException | PlanException e) {
            noteFailure(e, changing);
            return false;
        } finally {
            snapshot.end();
            pause = Math.max(SHORTEST_PAUSE_NANOS, PAUSES_PER_LOOK * (System.nanoTime() - began));
        }
    }

    private void compare(Statement statement) throws SQLException {
        String transaction = transaction(statement);
        Comparison both = comparison();
        both.forget();
        both.compare(Stream.generate(() -> 1 + random.nextLong(plan.baseline().rows()))
                .limit(KEYS)
                .toList());
        if (!transaction.equals(transaction(statement))) {
            refusal = "a read-back ends the transaction that it reads in by SQL of its own";
            return;
        }
        List<Agreement> found = both.take(When.UNDER_LOAD);
        if (found.isEmpty()) {
            noteFailure(new SQLException("no key could be read in a shared session"), false);
        } else {
            failures = 0;
            tally.add(found);
        }
    }

    private static String transaction(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select transaction_timestamp()::text")) {
            row.next();
            return row.getString(1);
        }
    }

    private Comparison comparison() {
        Comparison bound = comparison;
        if (bound == null) {
            bound = Comparison.of(plan.oldVersion(), plan.newVersion(), shared, clock::now);
            comparison = bound;
        }
        return bound;
    }

    /** A change under way may be the reason; then the failure says nothing about the workloads. */
    private void noteFailure(Exception failure, boolean changing) {
        if (changing || SqlState.of(failure).isSessionLost()) {
            return;
        }
        failures++;
        if (failures >= MOST_FAILURES) {
            refusal = String.valueOf(failure.getMessage());
        }
    }

    @Override
    public void cancel() {
        snapshot.cancel();
    }

    @Override
    public void close() throws SQLException {
        if (comparison != null) {
            comparison.close();
        }
        snapshot.close();
    }
}
