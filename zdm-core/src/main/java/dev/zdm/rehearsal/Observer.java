package dev.zdm.rehearsal;

import dev.zdm.observation.InvariantOutcome;
import dev.zdm.plan.Invariant;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The rehearsal's own session: invariants, catalogue, marks in the log. For use by one thread. */
final class Observer implements AutoCloseable {
    private static final int INVARIANT_SECONDS = 30;
    private static final int ROWS_SHOWN = 5;

    private final Connection connection;

    Observer(Connection connection) {
        this.connection = connection;
    }

    /** Evaluates the invariants in one snapshot. */
    List<InvariantOutcome> evaluate(List<Invariant> invariants, boolean drained) throws SQLException {
        if (invariants.isEmpty()) {
            return List.of();
        }
        List<InvariantOutcome> outcomes = new ArrayList<>();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction isolation level repeatable read, read only");
            statement.execute("set local statement_timeout = '" + INVARIANT_SECONDS + "s'");
            for (Invariant invariant : invariants) {
                statement.execute("savepoint invariant");
                outcomes.add(evaluate(invariant, drained, statement));
                statement.execute("rollback to savepoint invariant");
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return outcomes;
    }

    private static InvariantOutcome evaluate(Invariant invariant, boolean drained, Statement statement) {
        List<String> first = new ArrayList<>();
        long count = 0;
        try (ResultSet rows = statement.executeQuery(invariant.query())) {
            while (rows.next()) {
                count++;
                if (count <= ROWS_SHOWN) {
                    first.add(row(rows));
                }
            }
            return new InvariantOutcome(invariant, drained, 1, count > 0 ? 1 : 0, count, first, null);
        } catch (SQLException e) {
            return new InvariantOutcome(
                    invariant, drained, 1, 0, 0, List.of(), e.getMessage() + " (SQLSTATE " + SqlState.of(e) + ")");
        }
    }

    private static String row(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            text.append(i == 1 ? "" : ", ")
                    .append(columns.getColumnLabel(i))
                    .append('=')
                    .append(rows.getString(i));
        }
        return text.toString();
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
