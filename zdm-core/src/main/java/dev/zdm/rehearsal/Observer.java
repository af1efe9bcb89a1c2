package dev.zdm.rehearsal;

import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The rehearsal's own session: catalogue, waits, marks in the log. For use by one thread. */
final class Observer implements AutoCloseable {
    private final Connection connection;

    Observer(Connection connection) {
        this.connection = connection;
    }

    /**
     * Returns the indexes that are invalid now.
     *
     * @param partitioned whether those of partitioned tables count, which are invalid until a valid index of every
     *     partition is attached
     */
    Set<Relation> invalidIndexes(boolean partitioned) throws SQLException {
        Set<Relation> invalid = new TreeSet<>();
        String query = """
                select n.nspname, c.relname from pg_index i
                join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
                where not i.indisvalid and (c.relkind = 'i' or c.relkind = 'I' and %s) and n.nspname not like 'pg\\_toast%%'
                """.formatted(partitioned);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                invalid.add(new Relation(rows.getString(1), rows.getString(2)));
            }
        }
        return invalid;
    }

    /** Returns the names of all relations by oid. */
    Map<Long, Relation> relationNames() throws SQLException {
        Map<Long, Relation> names = new HashMap<>();
        String query = "select c.oid::bigint, n.nspname, c.relname from pg_class c "
                + "join pg_namespace n on n.oid = c.relnamespace";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                names.put(rows.getLong(1), new Relation(rows.getString(2), rows.getString(3)));
            }
        }
        return names;
    }

    /** Returns why the server's log will not tell of all lock waits, in words; empty: it will. */
    List<String> logTroubles() throws SQLException {
        List<String> troubles = new ArrayList<>();
        String query = "select current_setting('log_lock_waits')::bool, setting::bigint, current_setting('lc_messages')"
                + " from pg_settings where name = 'deadlock_timeout'";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            if (!row.getBoolean(1)) {
                troubles.add("log_lock_waits is off");
            } else if (row.getLong(2) > 1) {
                troubles.add("the log tells of waits longer than deadlock_timeout only, " + row.getLong(2) + " ms");
            }
            if (!speaksEnglish()) {
                troubles.add("the server's messages are in another language, lc_messages is " + row.getString(3));
            }
        }
        return troubles;
    }

    /** Provokes a message whose English words are known. */
    private boolean speaksEnglish() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("do $$ declare words text; begin perform 1 / 0; exception when division_by_zero then"
                    + " get stacked diagnostics words = message_text; raise notice '%', words; end $$");
            SQLWarning warning = statement.getWarnings();
            return warning != null && "division by zero".equals(warning.getMessage());
        }
    }

    /** Returns whether one of these backends waits for another one now. */
    boolean isAnyBlockedBy(Set<Integer> waiters, int holder) throws SQLException {
        String query = "select coalesce(bool_or(? = any(pg_blocking_pids(pid))), false) from unnest(?::int[]) as pid";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setInt(1, holder);
            statement.setArray(2, connection.createArrayOf("int4", waiters.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    /** Writes a mark into the server's log: what comes before it there, has come. */
    void mark(String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("do $$ begin raise log '" + text + "'; end $$");
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
