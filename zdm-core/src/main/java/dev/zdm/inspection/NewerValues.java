package dev.zdm.inspection;

import dev.zdm.change.ChangeException;
import dev.zdm.change.RunningChange;
import dev.zdm.change.SessionSource;
import dev.zdm.change.SqlParameters;
import dev.zdm.database.Database;
import dev.zdm.inspection.RowWrites.Rows;
import dev.zdm.inspection.RowWrites.Write;
import dev.zdm.plan.Change;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Changes some rows while a backfill is between reading and writing them, and looks whether that is still there at the end.
 *
 * <p>Each of these rows is changed by a session that does not commit before the backfill waits for it: whatever the backfill
 * has read until then is out of date. What it makes of the row may be what it makes of one that was changed before it began,
 * or what is there if the row is changed after its end. Where it is neither, but what it would be if nobody had changed the
 * row, the newer value was overwritten.
 *
 * @param change the change
 * @param limit how long it may take
 * @param table the table
 * @param written the columns that the change writes to
 */
record NewerValues(Change change, Duration limit, KeyedTable table, Set<String> written) {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * What was seen.
     *
     * @param rows how many rows were changed by others
     * @param overwritten what was overwritten, in words
     * @param unguarded what was put over a value that was there before the backfill began, in words
     * @param untold why it could not be told; null: it could
     */
    record Seen(
            int rows,
            List<String> overwritten,
            List<String> unguarded,
            @Nullable String untold) {
        static Seen untold(String why) {
            return new Seen(0, List.of(), List.of(), why);
        }
    }

    /**
     * Tries it.
     *
     * @param base a database in which the change was not carried out
     * @param reference one in which it was
     */
    Seen look(Database base, Database reference) throws SQLException, InterruptedException {
        List<Write> writes = new RowWrites(table, written).of(some(base), some(reference));
        if (writes.isEmpty()) {
            return Seen.untold("no row of " + table.relation() + " could be changed meanwhile");
        }
        String where = where(writes);
        Rows before = rows(base, where);
        Rows filled = rows(reference, where);
        try (Database earlier = base.copy();
                Database meanwhile = base.copy()) {
            List<Write> possible = apply(writes, earlier);
            Rows later = tried(possible, where, reference);
            Rows theirs = rows(earlier, where);
            ChangeException failure = new LimitedChange(limit)
                    .carryOut(
                            change,
                            earlier,
                            () -> QuietSessions.of(earlier).getConnection(),
                            new UnwatchedStatements());
            if (failure == null) {
                failure = race(possible, meanwhile);
            }
            if (failure != null) {
                return Seen.untold("the change fails when rows of " + table.relation() + " are changed by others: "
                        + failure.getMessage());
            }
            return new Comparison(before, filled, theirs, rows(earlier, where), later, rows(meanwhile, where))
                    .seen(possible);
        }
    }

    private Rows some(Database database) throws SQLException {
        try (Connection connection = QuietSessions.of(database).getConnection()) {
            return new Rows(table.readSome(connection));
        }
    }

    private Rows rows(Database database, String where) throws SQLException {
        try (Connection connection = QuietSessions.of(database).getConnection()) {
            return new Rows(table.read(where, connection));
        }
    }

    private static String where(Collection<Write> writes) {
        return String.join(" or ", writes.stream().map(Write::key).toList());
    }

    /** Returns those that succeeded: a constraint may refuse what is put together from several rows. */
    private static List<Write> apply(List<Write> writes, Database database) throws SQLException {
        List<Write> done = new ArrayList<>();
        try (Connection connection = QuietSessions.of(database).getConnection();
                Statement statement = connection.createStatement()) {
            for (Write write : writes) {
                try {
                    if (statement.executeUpdate(write.sql()) == 1) {
                        done.add(write);
                    }
                } catch (SQLException e) {
                    // It is not among those that are done.
                }
            }
        }
        return done;
    }

    /** Returns the rows as these would make them, and leaves them as they are. */
    private Rows tried(List<Write> writes, String where, Database database) throws SQLException {
        try (Connection connection = QuietSessions.of(database).getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (Write write : writes) {
                statement.executeUpdate(write.sql());
            }
            Rows rows = new Rows(table.read(where, connection));
            connection.rollback();
            return rows;
        }
    }

    private @Nullable ChangeException race(List<Write> writes, Database database)
            throws SQLException, InterruptedException {
        Map<Integer, Connection> holders = new LinkedHashMap<>();
        SessionSource sessions = () -> QuietSessions.of(database).getConnection();
        try {
            for (Write write : writes) {
                hold(write, database, holders);
            }
            RunningChange running = new RunningChange(change, sessions, SqlParameters.NONE, new UnwatchedStatements());
            try {
                giveWay(holders, running, database);
            } finally {
                release(holders);
                if (!running.await(limit)) {
                    running.stop("it did not end", sessions);
                }
            }
            return running.failure();
        } finally {
            release(holders);
        }
    }

    /** Lets each session that the change waits for commit. */
    private void giveWay(Map<Integer, Connection> holders, RunningChange running, Database database)
            throws SQLException {
        long deadline = System.nanoTime() + limit.toNanos();
        try (Connection control = QuietSessions.of(database).getConnection()) {
            while (running.isRunning() && System.nanoTime() < deadline) {
                for (int blocker : blockers(running.backends(), control)) {
                    commit(holders.remove(blocker));
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private static void release(Map<Integer, Connection> holders) throws SQLException {
        for (Connection holder : holders.values()) {
            commit(holder);
        }
        holders.clear();
    }

    private static void hold(Write write, Database database, Map<Integer, Connection> holders) throws SQLException {
        Connection holder = QuietSessions.of(database).getConnection();
        try (Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute(write.sql());
            holders.put(number("select pg_backend_pid()", statement).get(0), holder);
        } catch (SQLException e) {
            holder.close();
            throw e;
        }
    }

    private static void commit(@Nullable Connection holder) throws SQLException {
        if (holder != null) {
            try (holder) {
                holder.commit();
            }
        }
    }

    private static List<Integer> blockers(Set<Integer> backends, Connection control) throws SQLException {
        List<Integer> blockers = new ArrayList<>();
        try (Statement statement = control.createStatement()) {
            for (int backend : backends) {
                blockers.addAll(number("select unnest(pg_blocking_pids(" + backend + "))", statement));
            }
        }
        return blockers;
    }

    private static List<Integer> number(String query, Statement statement) throws SQLException {
        List<Integer> numbers = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                numbers.add(rows.getInt(1));
            }
        }
        return numbers;
    }

    /**
     * The rows in question at six moments.
     *
     * @param before before the change, and before anybody's
     * @param filled after the change alone
     * @param written after somebody's alone
     * @param earlier after somebody's, then the change
     * @param later after the change, then somebody's
     * @param meanwhile after the change, and somebody's while it was under way
     */
    private record Comparison(Rows before, Rows filled, Rows written, Rows earlier, Rows later, Rows meanwhile) {
        Seen seen(List<Write> writes) {
            List<String> overwritten = new ArrayList<>();
            List<String> unguarded = new ArrayList<>();
            for (Write write : writes) {
                for (String column :
                        filled.byKey().getOrDefault(write.key(), Map.of()).keySet()) {
                    if (isLost(write.key(), column)) {
                        overwritten.add(words(write, column, later));
                    } else if (isOverwrittenInOrder(write.key(), column)) {
                        (write.isDirect() ? unguarded : overwritten).add(words(write, column, written));
                    }
                }
            }
            return new Seen(writes.size(), overwritten, unguarded, null);
        }

        private boolean isLost(String key, String column) {
            String stale = filled.value(key, column);
            return Objects.equals(meanwhile.value(key, column), stale)
                    && !Objects.equals(earlier.value(key, column), stale)
                    && !Objects.equals(later.value(key, column), stale);
        }

        /** Whether somebody's value, a trigger's for example, made no difference to what the change put there. */
        private boolean isOverwrittenInOrder(String key, String column) {
            String theirs = written.value(key, column);
            String stale = filled.value(key, column);
            return !Objects.equals(theirs, before.value(key, column))
                    && !Objects.equals(theirs, stale)
                    && Objects.equals(earlier.value(key, column), stale);
        }

        private String words(Write write, String column, Rows newer) {
            return unquoted(column) + " of the row with " + unquoted(write.key()) + " is "
                    + KeyedTable.literal(filled.value(write.key(), column)) + ", although somebody had written "
                    + KeyedTable.literal(newer.value(write.key(), column)) + " there meanwhile";
        }

        private static String unquoted(String sql) {
            return sql.replace("\"", "");
        }
    }
}
