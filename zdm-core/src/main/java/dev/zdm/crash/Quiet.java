package dev.zdm.crash;

import dev.zdm.database.Database;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.ds.PGSimpleDataSource;

/** Sessions on a clone, and what can be asked of them. */
final class Quiet {
    private static final String ONLOOKER = "zdm crash onlooker";
    private static final Duration SESSIONS_END = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Quiet() {}

    /** Opens a session for a change. */
    static Connection open(Database database) throws SQLException {
        return open(database, "zdm crash points");
    }

    /** Opens a session of the one who crashes the change; it may stay while the change's sessions end. */
    static Connection onlooker(Database database) throws SQLException {
        return open(database, ONLOOKER);
    }

    private static Connection open(Database database, String name) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        source.setUser(database.credentials().getProperty("user"));
        source.setPassword(database.credentials().getProperty("password"));
        source.setApplicationName(name);
        return source.getConnection();
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Returns whether there is such a table, with or without parts. */
    static boolean isTable(Relation relation, Connection connection) throws SQLException {
        return number(
                        connection,
                        "select count(*) from pg_class where relkind in ('r', 'p') and oid = to_regclass('"
                                + relation.qualified().replace("'", "''") + "')")
                > 0;
    }

    /** Waits until no session of a change is on the database; one whose client is gone ends when its statement is done. */
    static void awaitEndOfOthers(Connection connection) throws SQLException {
        long deadline = System.nanoTime() + SESSIONS_END.toNanos();
        while (number(
                        connection,
                        "select count(*) from pg_stat_activity where datname = current_database() and pid <>"
                                + " pg_backend_pid() and backend_type = 'client backend' and application_name <> '"
                                + ONLOOKER + "'")
                > 0) {
            if (System.nanoTime() > deadline) {
                throw new SQLException(
                        "a session of the interrupted change did not end within " + SESSIONS_END.toSeconds() + " s");
            }
            pause();
        }
    }

    static void pause() {
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    /** Returns the number that the next transaction of the server gets. */
    static long nextTransaction(Connection connection) throws SQLException {
        return number(connection, "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
    }

    /** Returns whether a transaction from this number on has committed; for a time at which nobody else works. */
    static boolean isCommittedSince(long transaction, Connection connection) throws SQLException {
        return number(
                        connection,
                        "select count(*) from generate_series(" + transaction
                                + ", pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1) x"
                                + " where pg_xact_status(x::text::xid8) = 'committed'")
                > 0;
    }
}
