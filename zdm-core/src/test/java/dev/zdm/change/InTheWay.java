package dev.zdm.change;

import dev.zdm.database.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A session that holds what others wait for, and knows when they do. */
final class InTheWay implements AutoCloseable {
    private static final String WAITING =
            "select coalesce(max(extract(epoch from clock_timestamp() - l.waitstart)), -1)"
                    + " from pg_locks l where not l.granted and %d = any(pg_blocking_pids(l.pid))";

    private final Connection holding;
    private final Connection looking;
    private final int pid;

    InTheWay(Database database, String sql) throws SQLException {
        holding = DriverManager.getConnection(database.jdbcUrl() + "?ApplicationName=nightly", database.credentials());
        looking = DriverManager.getConnection(database.jdbcUrl(), database.credentials());
        pid = Math.toIntExact(number(holding, "select pg_backend_pid()"));
        holding.setAutoCommit(false);
        try (Statement statement = holding.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Waits until somebody has been waiting for this session at least so long. */
    void awaitWaiting(double seconds) throws SQLException {
        while (waitingSeconds() < seconds) {
            Thread.onSpinWait();
        }
    }

    /** Waits until nobody waits for this session. */
    void awaitGone() throws SQLException {
        while (waitingSeconds() >= 0) {
            Thread.onSpinWait();
        }
    }

    private double waitingSeconds() throws SQLException {
        try (Statement statement = looking.createStatement();
                ResultSet rows = statement.executeQuery(String.format(WAITING, pid))) {
            rows.next();
            return rows.getDouble(1);
        }
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Goes out of the way. */
    void release() throws SQLException {
        holding.rollback();
    }

    @Override
    public void close() throws SQLException {
        looking.close();
        holding.close();
    }
}
