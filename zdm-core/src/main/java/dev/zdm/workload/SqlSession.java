package dev.zdm.workload;

import dev.zdm.plan.SqlOperation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Runs the statements of a SQL operation, once through. */
final class SqlSession {
    private SqlSession() {}

    /** Runs all statements in order; after an error the session rolls back. */
    static void run(SqlOperation operation, DataSource database) throws SQLException, StatementFailedException {
        try (Connection connection = database.getConnection()) {
            for (String statement : operation.statements()) {
                try {
                    execute(connection, statement, operation.prepared());
                } catch (SQLException e) {
                    rollBack(connection, e);
                    throw new StatementFailedException(statement, e);
                }
            }
        }
    }

    private static void execute(Connection connection, String sql, boolean prepared) throws SQLException {
        if (prepared) {
            try (PreparedStatement statement = connection.prepareStatement(sql.replace("?", "??"))) {
                statement.execute();
            }
        } else {
            try (Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                statement.execute(sql);
            }
        }
    }

    private static void rollBack(Connection connection, SQLException failure) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("rollback");
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }
}
