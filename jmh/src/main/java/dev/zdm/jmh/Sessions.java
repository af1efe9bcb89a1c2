package dev.zdm.jmh;

import dev.zdm.database.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** Opens sessions, and runs SQL on them. */
final class Sessions {
    private Sessions() {}

    static Connection open(Database database) throws SQLException {
        Properties properties = database.credentials();
        properties.setProperty("prepareThreshold", "1");
        return DriverManager.getConnection(database.jdbcUrl(), properties);
    }

    static int pid(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    static boolean inTransaction(Connection connection) throws SQLException {
        return connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE;
    }

    /** Runs statements on a session of their own. */
    static void run(Database database, String... statements) {
        try (Connection connection = open(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
