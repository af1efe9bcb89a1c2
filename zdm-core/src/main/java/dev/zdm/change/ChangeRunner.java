package dev.zdm.change;

import dev.zdm.plan.Backfill;
import dev.zdm.plan.Change;
import dev.zdm.postgres.SqlScript;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Runs changes over observed sessions. For use by one thread. */
public final class ChangeRunner {
    private final ObservedDataSource database;
    private final AtomicReference<@Nullable SqlStatement> current = new AtomicReference<>();
    private final SqlParameters parameters;

    /**
     * Makes a runner.
     *
     * @param sessions opens the sessions that changes run on
     * @param parameters the values of {@code :name} in scripts and statements
     * @param listener stands around every statement
     */
    public ChangeRunner(SessionSource sessions, SqlParameters parameters, StatementListener listener) {
        this.parameters = parameters;
        this.database = new ObservedDataSource(sessions, new Remembering(listener, current));
    }

    /**
     * Carries out a change and returns when it is done.
     *
     * @throws ChangeException when it failed; what it had committed until then stays
     */
    public void run(Change change) throws ChangeException {
        current.set(null);
        try {
            dispatch(change);
        } catch (ChangeException e) {
            throw e;
        } catch (Exception | Error e) {
            throw new ChangeException(
                    change.describe(), SqlState.of(e).equals(SqlState.UNKNOWN) ? null : current.get(), e);
        }
    }

    /** Lets no statement begin from now on; safe for use by any thread. */
    void stop(String why) {
        database.stop(why);
    }

    /** Cuts the connections of the sessions that are open; safe for use by any thread. */
    void cut() {
        database.cut();
    }

    /** Returns the backends of the sessions that are open; safe for use by any thread. */
    Set<Integer> backends() {
        return database.backends();
    }

    private void dispatch(Change change) throws Exception {
        if (change instanceof Change.Statements list) {
            runAll(Statements.ofList(list.statements(), parameters), list.transactional());
        } else if (change instanceof Change.Script script) {
            String text = parameters.applyTo(Resources.text(script.resource()));
            runAll(SqlScript.split(Resources.name(script.resource()), text), script.transactional());
        } else if (change instanceof Change.Flyway flyway) {
            new FlywayRunner(database).migrate(flyway);
        } else if (change instanceof Change.Liquibase liquibase) {
            new LiquibaseRunner(database).update(liquibase);
        } else if (change instanceof Backfill backfill) {
            runBatches(backfill);
        } else if (change instanceof Change.Code code) {
            AtomicInteger count = new AtomicInteger();
            database.locateWith(sql -> new SqlStatement(sql, code.description(), count.incrementAndGet()));
            code.code().run(database);
        }
    }

    private void runAll(List<SqlStatement> statements, boolean transactional) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement jdbc = connection.createStatement()) {
            jdbc.setEscapeProcessing(false);
            connection.setAutoCommit(!transactional);
            for (SqlStatement statement : statements) {
                execute(jdbc, statement);
            }
            if (transactional) {
                connection.commit();
            }
        }
    }

    private void execute(Statement jdbc, SqlStatement statement) throws SQLException {
        database.locateWith(sql -> statement);
        jdbc.execute(statement.text());
    }

    private void runBatches(Backfill backfill) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement jdbc = connection.createStatement()) {
            jdbc.setEscapeProcessing(false);
            database.locateWith(sql -> null);
            int batch = 0;
            for (long from = keyBound("min", backfill, jdbc); from <= keyBound("max", backfill, jdbc); ) {
                long to = from + backfill.batchSize();
                String text = new SqlParameters(Map.of("from", from, "to", to)).applyTo(backfill.statement());
                batch++;
                execute(jdbc, new SqlStatement(text, backfill.describe(), batch));
                database.locateWith(sql -> null);
                LockSupport.parkNanos(backfill.pause().toNanos());
                from = to;
            }
        }
    }

    private static long keyBound(String function, Backfill backfill, Statement jdbc) throws SQLException {
        String query = "select " + function + "(" + backfill.key() + ") from " + backfill.table();
        try (ResultSet rows = jdbc.executeQuery(query)) {
            rows.next();
            long bound = rows.getLong(1);
            return rows.wasNull() && function.equals("min") ? Long.MAX_VALUE : bound;
        }
    }

    /** Remembers the statement that ran last, for the message of a failure. */
    private record Remembering(StatementListener next, AtomicReference<@Nullable SqlStatement> current)
            implements StatementListener {
        @Override
        public void sessionOpened(int pid) {
            next.sessionOpened(pid);
        }

        @Override
        public void transactionOpen(int pid, boolean open) {
            next.transactionOpen(pid, open);
        }

        @Override
        public @Nullable Object around(Execution execution) throws SQLException {
            current.set(execution.statement());
            return next.around(execution);
        }
    }

    /** Statements given as a list. */
    private static final class Statements {
        static List<SqlStatement> ofList(List<String> texts, SqlParameters parameters) {
            List<SqlStatement> statements = new ArrayList<>();
            for (String text : texts) {
                statements.add(new SqlStatement(parameters.applyTo(text).strip(), "statement", statements.size() + 1));
            }
            return statements;
        }
    }
}
