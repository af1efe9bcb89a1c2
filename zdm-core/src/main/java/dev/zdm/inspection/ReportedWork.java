package dev.zdm.inspection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Brings the server's counters up to date: the sessions report to them, and other sessions read them, with a delay.
 *
 * <p>Since PostgreSQL 15 the counters are in shared memory: what a session has reported is there at once, and it can be
 * told to report. In 14 a session reports half a second after its last report at the earliest, or when it ends, to a
 * process that writes a file; a reader makes do with a file that is up to half a second old. Nothing shortens that.
 *
 * @see <a href="https://www.postgresql.org/docs/14/monitoring-stats.html#MONITORING-STATS-VIEWS">Viewing Statistics in
 *     14</a>
 * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-STATS-FUNCTIONS">Statistics
 *     Functions since 15</a>
 */
final class ReportedWork {
    private static final int FIRST_WITH_SHARED_MEMORY = 15;

    /** Half a second, and what the process that writes the file may lag behind. */
    private static final String AWAIT_FILE = "select pg_sleep(0.6)";

    private ReportedWork() {}

    /** Lets a session see what sessions that have ended have done. */
    static void ofEndedSessions(Connection reader) throws SQLException {
        try (Statement statement = reader.createStatement()) {
            if (!isInSharedMemory(reader)) {
                statement.execute(AWAIT_FILE);
            }
            statement.execute("select pg_stat_clear_snapshot()");
        }
    }

    /** Lets a session in autocommit mode see what it has done itself, too. */
    static void ofThisSessionToo(Connection reader) throws SQLException {
        try (Statement statement = reader.createStatement()) {
            // The session in 14 reports at the end of a statement that lasts as long as it must wait.
            statement.execute(isInSharedMemory(reader) ? "select pg_stat_force_next_flush()" : AWAIT_FILE);
        }
        ofEndedSessions(reader);
    }

    private static boolean isInSharedMemory(Connection session) throws SQLException {
        return session.getMetaData().getDatabaseMajorVersion() >= FIRST_WITH_SHARED_MEMORY;
    }
}
