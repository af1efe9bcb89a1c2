package dev.zdm.inspection;

import dev.zdm.change.SessionSource;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Counts the rows that an open transaction keeps from other writers, which no counter of the server tells: another session
 * asks for all rows that are free.
 *
 * @param sessions opens that session
 */
record RowLocks(SessionSource sessions) {
    /** Returns how many rows of a table another session holds; 0 also where the table itself is locked. */
    long heldByOthers(Relation table) throws SQLException {
        try (Connection connection = sessions.open();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try {
                statement.execute("set local lock_timeout = '100ms'");
                long all = count(statement, "select count(*) from only " + table.qualified());
                long free = count(
                        statement,
                        "select count(*) from (select 1 from only " + table.qualified()
                                + " for no key update skip locked) as free");
                return all - free;
            } catch (SQLException e) {
                if (SqlState.of(e).equals(SqlState.LOCK_NOT_AVAILABLE)) {
                    return 0; // The lock on the table says more than those on its rows.
                }
                throw e;
            } finally {
                connection.rollback();
            }
        }
    }

    private static long count(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
