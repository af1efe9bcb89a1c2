package dev.zdm.inspection;

import com.zaxxer.hikari.HikariDataSource;
import dev.zdm.change.ChangeException;
import dev.zdm.change.MigrationBooks;
import dev.zdm.database.Database;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.QuietWayBack;
import dev.zdm.observation.QuietWayBack.Loss;
import dev.zdm.observation.RelationUse;
import dev.zdm.observation.StatementRun;
import dev.zdm.plan.Change;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.postgres.SchemaSnapshot;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.workload.Facts;
import dev.zdm.workload.QuietWrites;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way back from a phase on a quiet copy: the new version works, the rollback is carried out, everything is compared
 * with what was before the change, and the change is carried out again.
 */
final class WayBackInspection {
    private static final int TIMES = 5;

    private final RehearsalPlan plan;
    private final int index;
    private final Change undo;
    private final LimitedChange limited;
    private final State before;
    private final State after;

    /**
     * A database at one moment, on which nobody works.
     *
     * @param database the database
     * @param schema its schema
     * @param books what migration tools had written down
     */
    record State(Database database, SchemaSnapshot schema, MigrationBooks books) {
        static State of(Database database) throws SQLException {
            try (Connection session = QuietSessions.of(database).getConnection()) {
                return new State(database, SchemaSnapshot.read(session), MigrationBooks.read(session));
            }
        }
    }

    /**
     * What was found.
     *
     * @param quiet what the rollback did
     * @param undone the footprints of its statements
     */
    record Found(QuietWayBack quiet, List<Footprint> undone) {}

    /**
     * Prepares an inspection.
     *
     * @param before the database before the change
     * @param after the database after the change
     */
    WayBackInspection(RehearsalPlan plan, int index, Change undo, LimitedChange limited, State before, State after) {
        this.plan = plan;
        this.index = index;
        this.undo = undo;
        this.limited = limited;
        this.before = before;
        this.after = after;
    }

    /**
     * Goes the way back and forward again; what cannot be looked at is told in the result.
     *
     * @param use what the versions of the phase use
     */
    Found run(RelationUse use) throws InterruptedException {
        long began = System.nanoTime();
        Result result = new Result();
        try (Database copy = after.database().copy()) {
            goBack(copy, use, result);
        } catch (SQLException e) {
            result.unknown = String.valueOf(e.getMessage());
        }
        return new Found(result.toQuiet(Duration.ofNanos(System.nanoTime() - began)), result.undone);
    }

    /** What has been found so far. */
    private static final class Result {
        private long written;
        private @Nullable StatementRun failure;
        private List<String> notRestored = List.of();
        private List<String> reordered = List.of();
        private List<Loss> losses = List.of();
        private LedgerHistory ledger = LedgerHistory.NONE;
        private @Nullable StatementRun failureAgain;
        private List<String> notRepeated = List.of();
        private long objects;
        private List<Footprint> undone = List.of();
        private @Nullable String unknown;

        QuietWayBack toQuiet(Duration took) {
            SqlStatement last =
                    undone.isEmpty() ? null : undone.get(undone.size() - 1).statement();
            return new QuietWayBack(
                    written,
                    failure,
                    last,
                    notRestored,
                    losses,
                    ledger,
                    failureAgain,
                    notRepeated,
                    reordered,
                    objects,
                    took,
                    unknown);
        }
    }

    private void goBack(Database copy, RelationUse use, Result result) throws SQLException, InterruptedException {
        long since = transaction(copy);
        QuietWrites writes = work(copy);
        NewVersionsWork work =
                NewVersionsWork.read(plan, index, writes, since, before.database(), after.database(), copy);
        result.written = work.rows();
        QuietTransaction quiet = QuietTransaction.on(copy, use);
        ChangeException failed =
                limited.carryOut(undo, copy, () -> QuietSessions.of(copy).getConnection(), quiet);
        result.undone = quiet.footprints();
        if (failed != null) {
            result.failure = run(failed, undo);
            return;
        }
        State undone = State.of(copy);
        result.objects = before.schema().facts().size();
        var difference = before.schema().until(undone.schema());
        result.notRestored = difference.lines();
        result.reordered = difference.reordered().stream()
                .map(relation -> relation.relation() + " (" + String.join(", ", relation.is()) + ")")
                .toList();
        result.losses = new RollbackLosses(plan.phases().get(index).losses(), work).after(before.database(), copy);
        result.ledger = readBack(writes, copy);
        if (result.notRestored.isEmpty()) {
            result.unknown = writes.failure();
            again(copy, result);
        }
    }

    /** Lets the new version work. */
    private QuietWrites work(Database copy) throws SQLException {
        try (HikariDataSource pool = QuietSessions.pool(copy)) {
            return QuietWrites.of(plan.newVersion(), pool, plan.baseline().rows(), TIMES);
        }
    }

    /** Lets the versions that work on the state before the phase read what the new version has written. */
    private LedgerHistory readBack(QuietWrites writes, Database copy) throws InterruptedException {
        try (HikariDataSource pool = QuietSessions.pool(copy)) {
            return writes.readBack(plan.workingBefore(index), role -> Facts.bind(plan.version(role), pool));
        }
    }

    private void again(Database copy, Result result) throws SQLException, InterruptedException {
        try (Connection session = QuietSessions.of(copy).getConnection()) {
            before.books().forgetLater(session);
        }
        Change change = plan.phases().get(index).change();
        ChangeException failed =
                limited.carryOut(change, copy, () -> QuietSessions.of(copy).getConnection(), new UnwatchedStatements());
        if (failed != null) {
            result.failureAgain = run(failed, change);
            return;
        }
        result.notRepeated = after.schema().until(State.of(copy).schema()).lines();
    }

    private static long transaction(Database database) throws SQLException {
        try (Connection session = QuietSessions.of(database).getConnection();
                var statement = session.createStatement();
                var row = statement.executeQuery("select txid_current() & 4294967295")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Tells of a failure as if it had happened under load. */
    private static StatementRun run(ChangeException failed, Change change) {
        Instant now = Instant.now();
        String explanation = failed.explanation();
        Throwable cause = failed.getCause();
        String message = String.valueOf(cause == null ? failed.getMessage() : cause.getMessage());
        SqlStatement place =
                failed.statement() == null ? new SqlStatement(message, change.describe(), 0) : failed.statement();
        String told = explanation == null ? message : message + "; " + explanation;
        return new StatementRun(place, 0, now, now, new StatementRun.Failure(failed.sqlState(), told));
    }
}
