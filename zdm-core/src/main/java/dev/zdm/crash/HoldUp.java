package dev.zdm.crash;

import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.postgresql.PGConnection;

/**
 * A session that stands in the way of a statement, so that it can be stopped half-way for certain.
 *
 * <p>In the way of whatever writes rows stands a lock of their table or, where the change has locked that itself, of a row
 * in its middle; in the way of whatever changes the catalogue, all of the catalogue's tables. A statement that commits on
 * its way is to get as far as that, so in its way stands what it waits for after its first commit: a transaction that has
 * written to the table.
 */
final class HoldUp implements AutoCloseable {
    private static final String CATALOGUE =
            "select string_agg(format('pg_catalog.%I', relname), ', ' order by relname) from pg_class"
                    + " where relnamespace = 'pg_catalog'::regnamespace and relkind = 'r' and not relisshared";

    private final Connection session;
    private final int pid;

    private HoldUp(Connection session, int pid) {
        this.session = session;
        this.pid = pid;
    }

    /**
     * Stands in the way as far as the statement's own transaction lets it.
     *
     * @param session outside of a transaction; left so by {@link #close()}
     * @param tables the tables that the change works on
     * @param rowsOnly whether the statement does not change the catalogue
     * @param commits whether the statement commits on its way
     */
    static HoldUp take(Connection session, Set<Relation> tables, boolean rowsOnly, boolean commits)
            throws SQLException {
        session.setAutoCommit(false);
        HoldUp holdUp = new HoldUp(session, session.unwrap(PGConnection.class).getBackendPID());
        Quiet.execute(session, "set local lock_timeout = '5ms'");
        for (Relation table : tables) {
            holdUp.hold("lock table " + table.qualified() + " in " + (commits ? "row exclusive" : "share") + " mode");
            holdUp.hold(someRow(table));
        }
        if (!commits && !rowsOnly) {
            holdUp.hold("lock table " + holdUp.text(CATALOGUE) + " in share mode");
        }
        return holdUp;
    }

    private static String someRow(Relation table) {
        String name = table.qualified();
        return "select from " + name + " where ctid >= (select format('(%s,0)', relpages / 2)::tid from pg_class"
                + " where oid = '" + name.replace("'", "''") + "'::regclass) limit 1 for update";
    }

    private String text(String query) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    /** What cannot be had, because the change holds it or it is no table, stays out. */
    private void hold(String sql) throws SQLException {
        Quiet.execute(session, "savepoint s");
        try {
            Quiet.execute(session, sql);
        } catch (SQLException e) {
            Quiet.execute(session, "rollback to s");
        }
    }

    /** Returns whether a session waits for this one. */
    boolean holds(int backend, Connection control) throws SQLException {
        List<Integer> blockers = new ArrayList<>();
        try (Statement statement = control.createStatement();
                ResultSet rows = statement.executeQuery("select unnest(pg_blocking_pids(" + backend + "))")) {
            while (rows.next()) {
                blockers.add(rows.getInt(1));
            }
        }
        return blockers.contains(pid);
    }

    @Override
    public void close() {
        try {
            session.rollback();
            session.setAutoCommit(true);
        } catch (SQLException e) {
            // The server took the session along.
        }
    }
}
