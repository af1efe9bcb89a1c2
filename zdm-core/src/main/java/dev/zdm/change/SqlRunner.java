package dev.zdm.change;

import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** Runs the SQL of one change over an observed session. For use by one thread. */
final class SqlRunner {
    private final ObservedDataSource database;
    private final Tries tries;

    SqlRunner(ObservedDataSource database, Tries tries) {
        this.database = database;
        this.tries = tries;
    }

    /** What comes last in a transaction. */
    @FunctionalInterface
    interface Last {
        void on(Connection connection) throws SQLException;
    }

    /** Runs statements in one transaction, which is tried as a whole. */
    void runTogether(List<SqlStatement> statements) throws Exception {
        runTogether(statements, connection -> {});
    }

    /** Runs statements in one transaction, which is tried as a whole, with what comes last in it. */
    void runTogether(List<SqlStatement> statements, Last last) throws Exception {
        try (Connection connection = database.getConnection();
                Statement jdbc = connection.createStatement()) {
            jdbc.setEscapeProcessing(false);
            tries.call(() -> inTransaction(statements, last, connection, jdbc));
        }
    }

    private int inTransaction(List<SqlStatement> statements, Last last, Connection connection, Statement jdbc)
            throws SQLException {
        connection.setAutoCommit(false);
        try {
            for (SqlStatement statement : statements) {
                execute(jdbc, statement);
            }
            last.on(connection);
            connection.commit();
            return statements.size();
        } catch (SQLException e) {
            rollBack(connection, e);
            throw e;
        }
    }

    private static void rollBack(Connection connection, SQLException failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    /** Runs each statement on its own; one that fails is tried again, from the BEGIN on if it stands in a transaction. */
    void runEach(List<SqlStatement> statements) throws Exception {
        try (Connection connection = database.getConnection();
                Statement jdbc = connection.createStatement()) {
            jdbc.setEscapeProcessing(false);
            for (int next = 0; next < statements.size(); ) {
                int first = next;
                next = tries.call(() -> unit(statements, first, connection, jdbc));
            }
        }
    }

    private int unit(List<SqlStatement> statements, int first, Connection connection, Statement jdbc) throws Exception {
        Connection raw = connection.unwrap(BaseConnection.class);
        Set<String> invalid = tries == Tries.ONCE ? Set.of() : InvalidIndexes.of(raw);
        try {
            int next = first;
            do {
                execute(jdbc, statements.get(next));
                next++;
            } while (next < statements.size() && isInTransaction(connection));
            return next;
        } catch (SQLException e) {
            if (tries != Tries.ONCE && SqlState.of(e).equals(SqlState.LOCK_NOT_AVAILABLE)) {
                endTransaction(connection, raw);
                InvalidIndexes.requireNone(invalid, raw, e);
            }
            throw e;
        }
    }

    private static void endTransaction(Connection connection, Connection raw) throws SQLException {
        if (isInTransaction(connection)) {
            try (Statement statement = raw.createStatement()) {
                statement.execute("rollback");
            }
        }
    }

    private static boolean isInTransaction(Connection connection) throws SQLException {
        return connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE;
    }

    private void execute(Statement jdbc, SqlStatement statement) throws SQLException {
        database.locateWith(sql -> statement);
        jdbc.execute(statement.text());
    }
}
