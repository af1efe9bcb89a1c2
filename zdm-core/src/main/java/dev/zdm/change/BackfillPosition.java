package dev.zdm.change;

import dev.zdm.plan.Backfill;
import dev.zdm.plan.PlanException;
import dev.zdm.postgres.SqlState;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a backfill keeps its position: a row of a table, which is written in the transaction of each batch and is deleted at
 * the end. For use by one thread.
 *
 * <p>Only one session at a time can hold the position of a backfill.
 */
final class BackfillPosition implements AutoCloseable {
    private static final String SCHEMA = "zdm_backfill";
    private static final String OWN = SCHEMA + ".position";
    private static final String LOCK_OF_ALL = "select pg_advisory_xact_lock(hashtextextended('zdm backfills', 0))";
    private static final Set<String> NOT_EMPTY_OR_GONE = Set.of("2BP01", "3F000");
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Backfill backfill;
    private final Connection connection;
    private final String table;
    private final String id;

    /**
     * What is kept.
     *
     * @param last the last key that is done; null: none
     * @param until the last key to do
     * @param batches how many were committed
     * @param batchSize the size of the next one
     */
    record Kept(@Nullable List<String> last, List<String> until, long batches, int batchSize) {}

    private BackfillPosition(Backfill backfill, BackfillKey key, Connection connection) {
        this.backfill = backfill;
        this.connection = connection;
        this.table = backfill.position() == null ? OWN : backfill.position();
        String what = BackfillKey.tableOf(backfill) + '\n' + key.list() + '\n' + backfill.statement();
        this.id = "md5(" + BackfillKey.quoted(what) + ")";
    }

    /**
     * Takes the position of a backfill; it is free again when this is closed.
     *
     * @throws SQLException if somebody else has it
     */
    static BackfillPosition take(Backfill backfill, BackfillKey key, Connection connection)
            throws SQLException, InterruptedException {
        BackfillPosition position = new BackfillPosition(backfill, key, connection);
        long began = System.nanoTime();
        // A session that was cut off may need a moment to find out.
        while (!position.isTrue("select pg_try_advisory_lock(" + position.lock() + ")")) {
            if (System.nanoTime() - began > PATIENCE_NANOS) {
                throw new PlanException("this " + backfill.describe() + " is under way in another session already");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return position;
    }

    private String lock() {
        return "hashtextextended('zdm backfill ' || " + id + ", 0)";
    }

    /** Returns what an earlier run left; null: nothing. */
    @Nullable
    Kept left() throws SQLException {
        if (!exists()) {
            return null;
        }
        String query = "select last, until, batches, batch_size from " + table + " where backfill = " + id;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next()
                    ? new Kept(texts(row.getArray(1)), List.of(array(row.getArray(2))), row.getLong(3), row.getInt(4))
                    : null;
        }
    }

    private static @Nullable List<String> texts(@Nullable Array array) throws SQLException {
        return array == null ? null : List.of(array(array));
    }

    private static String[] array(Array array) throws SQLException {
        return (String[]) array.getArray();
    }

    private boolean exists() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select to_regclass(?) is not null")) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** Keeps that the backfill has begun. */
    int begin(List<String> until, int batchSize) throws SQLException {
        return together(() -> {
            if (!exists()) {
                create();
            }
            execute("insert into " + table + " (backfill, table_name, statement, until, batch_size) values (" + id
                    + ", "
                    + BackfillKey.quoted(BackfillKey.tableOf(backfill)) + ", "
                    + BackfillKey.quoted(backfill.statement())
                    + ", " + texts(until) + ", " + batchSize + ")");
        });
    }

    private void create() throws SQLException {
        try {
            if (backfill.position() == null) {
                execute("create schema if not exists " + SCHEMA);
            }
            execute("create table " + table + " (backfill text primary key, table_name text not null, "
                    + "statement text not null, last text[], until text[] not null, batches bigint not null default 0, "
                    + "batch_size int not null, begun timestamptz not null default now(), "
                    + "updated timestamptz not null default now())");
        } catch (SQLException e) {
            if (SqlState.of(e).equals(SqlState.INSUFFICIENT_PRIVILEGE)) {
                throw new SQLException(
                        e.getMessage() + "; the position of a backfill is kept in the table " + table
                                + ": let a migration create one for it and name it with keepingPositionIn",
                        e.getSQLState(),
                        e);
            }
            throw e;
        }
    }

    /** Returns the statement that keeps that a batch is done, for the batch's own transaction. */
    String advance(List<String> last, int nextSize) {
        return "update " + table + " set last = " + texts(last) + ", batches = batches + 1, batch_size = " + nextSize
                + ", updated = now() where backfill = " + id;
    }

    private static String texts(List<String> values) {
        return values.stream().map(BackfillKey::quoted).collect(Collectors.joining(", ", "array[", "]::text[]"));
    }

    /** Forgets the position, at the end. */
    int end() throws SQLException {
        together(() -> {
            execute("delete from " + table + " where backfill = " + id);
            if (backfill.position() == null && !isTrue("select exists (select from " + OWN + ")")) {
                execute("drop table " + OWN);
            }
        });
        if (backfill.position() == null && !exists()) {
            try {
                execute("drop schema " + SCHEMA);
            } catch (SQLException e) {
                if (!NOT_EMPTY_OR_GONE.contains(SqlState.of(e).code())) {
                    throw e;
                }
            }
        }
        return 0;
    }

    /** Something to do in one transaction. */
    @FunctionalInterface
    private interface Work {
        void run() throws SQLException;
    }

    private int together(Work work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            execute(LOCK_OF_ALL);
            work.run();
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
        return 0;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private boolean isTrue(String query) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet row = statement.executeQuery(query)) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        if (!connection.isClosed()) {
            isTrue("select pg_advisory_unlock(" + lock() + ")");
        }
    }
}
