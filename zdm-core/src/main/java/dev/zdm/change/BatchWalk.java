package dev.zdm.change;

import dev.zdm.change.BackfillPosition.Kept;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.Throttle;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the batches of a backfill, from the position that is kept up to the highest key that was there at the beginning. For
 * use by one thread.
 */
final class BatchWalk {
    private static final Duration LATENCY_AGAIN = Duration.ofMillis(50);
    private static final long LARGEST_PART = 10;

    private final Backfill backfill;
    private final ObservedDataSource database;
    private final Tries tries;
    private final BackfillWatch watch;
    private final long beganNanos = System.nanoTime();
    private long heldUpNanos;
    private long rows;
    private long batches;

    BatchWalk(Backfill backfill, ObservedDataSource database, Tries tries, BackfillWatch watch) {
        this.backfill = backfill;
        this.database = database;
        this.tries = tries;
        this.watch = watch;
    }

    /** One batch: its first and its last key, and whether it has as many keys as it may have. */
    private record Batch(List<String> first, List<String> last, boolean full) {}

    void run() throws Exception {
        database.locateWith(sql -> null);
        try (Connection connection = database.getConnection()) {
            BackfillKey key = BackfillKey.of(backfill, connection);
            try (BackfillPosition position = BackfillPosition.take(backfill, key, connection)) {
                walk(key, position, connection);
            }
        }
    }

    private void walk(BackfillKey key, BackfillPosition position, Connection connection) throws Exception {
        Kept left = position.left();
        Kept start = left == null ? begin(key, position, connection) : left;
        if (start == null) {
            return; // The table is empty.
        }
        batches = start.batches();
        BatchSize size = new BatchSize(start.batchSize(), backfill.pace().target(), mostKeys(connection));
        List<String> last = start.last();
        for (boolean first = true; ; first = false) {
            if (!first) {
                TimeUnit.NANOSECONDS.sleep(backfill.pace().pause().toNanos());
            }
            awaitTurn(connection);
            List<String> from = last;
            Batch[] done = new Batch[1];
            tries.call(() -> {
                done[0] = next(key, from, start.until(), size.next(), connection);
                return done[0] == null ? 0 : run(done[0], key, position, size, connection);
            });
            if (done[0] == null) {
                break;
            }
            last = done[0].last();
            tell(last, size, left != null, false);
        }
        tries.call(position::end);
        tell(start.until(), size, left != null, true);
    }

    private @Nullable Kept begin(BackfillKey key, BackfillPosition position, Connection connection) throws Exception {
        String query =
                "select " + key.texts() + " from " + backfill.table() + " order by " + key.descending() + " limit 1";
        List<String> highest = first(query, key, connection);
        if (highest == null) {
            return null;
        }
        int size = backfill.pace().batchSize();
        tries.call(() -> position.begin(highest, size));
        return new Kept(null, highest, 0, size);
    }

    private static @Nullable List<String> first(String query, BackfillKey key, Connection connection)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet row = statement.executeQuery(query)) {
                return row.next() ? key.read(row, 1) : null;
            }
        }
    }

    private long mostKeys(Connection connection) throws SQLException {
        String query = "select reltuples::bigint from pg_class where oid = to_regclass("
                + BackfillKey.quoted(BackfillKey.tableOf(backfill)) + ")";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() && row.getLong(1) > 0 ? row.getLong(1) / LARGEST_PART : Integer.MAX_VALUE;
        }
    }

    /** Waits as long as somebody holds the next batch up. */
    private void awaitTurn(Connection connection) throws SQLException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the backfill was interrupted between two batches");
        }
        long began = System.nanoTime();
        for (Duration wait = holdUp(connection); !wait.isZero(); wait = holdUp(connection)) {
            TimeUnit.NANOSECONDS.sleep(wait.toNanos());
        }
        heldUpNanos += System.nanoTime() - began;
    }

    private Duration holdUp(Connection connection) throws SQLException {
        Duration longest = backfill.pace().latency();
        if (longest != null) {
            Duration now = watch.latency()
                    .get()
                    .orElseThrow(() -> new PlanException("the backfill of " + backfill.table()
                            + " is to yield when operations take longer than " + longest.toMillis()
                            + " ms, but nobody tells how long they take; run it by BackfillRunner.watchingLatency"));
            if (now.compareTo(longest) > 0) {
                return LATENCY_AGAIN;
            }
        }
        for (Throttle throttle : backfill.pace().throttles()) {
            Duration wait = throttle.holdUp(connection);
            if (wait.compareTo(Duration.ZERO) > 0) {
                return wait;
            }
        }
        return Duration.ZERO;
    }

    /** Finds the batch behind a key; null: there is none. */
    private @Nullable Batch next(
            BackfillKey key, @Nullable List<String> last, List<String> until, int size, Connection connection)
            throws SQLException {
        String behind = last == null ? "" : key.compare(">", last) + " and ";
        String keys = "select " + key.texts() + " from " + backfill.table() + " where " + behind
                + key.compare("<=", until) + " order by " + key.list();
        List<String> first = first(keys + " limit 1", key, connection);
        if (first == null) {
            return null;
        }
        List<String> end = first(keys + " offset " + (size - 1) + " limit 1", key, connection);
        return new Batch(first, end == null ? until : end, end != null);
    }

    private int run(Batch batch, BackfillKey key, BackfillPosition position, BatchSize size, Connection connection)
            throws SQLException {
        String text = statement(batch, key);
        String shown = key.isOfIntegers() ? text : backfill.statement();
        int number = Math.toIntExact(batches + 1);
        database.locateWith(sql -> new SqlStatement(shown, backfill.describe(), number));
        long began = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            // Several statements in one call are one transaction, and one journey to the server.
            statement.execute(text + "\n;\n" + position.advance(batch.last(), size.next()));
            rows += rowsBeforeTheLast(statement);
        } catch (SQLException e) {
            if (SqlState.of(e).equals(SqlState.LOCK_NOT_AVAILABLE)) {
                size.gaveWay();
            }
            throw e;
        } finally {
            database.locateWith(sql -> null);
        }
        batches++;
        if (batch.full()) {
            size.took(System.nanoTime() - began);
        }
        return 0;
    }

    private String statement(Batch batch, BackfillKey key) {
        String range = key.compare(">=", batch.first()) + " and " + key.compare("<=", batch.last());
        String named = SqlParameters.replace(backfill.statement(), "batch", "(" + range + ")");
        if (!key.isOfIntegers() || key.columns().size() > 1) {
            return named;
        }
        String from = SqlParameters.replace(named, "from", batch.first().get(0));
        String to = new BigInteger(batch.last().get(0)).add(BigInteger.ONE).toString();
        return SqlParameters.replace(from, "to", to);
    }

    /** Returns how many rows all statements of a call but the last one wrote. */
    private static long rowsBeforeTheLast(Statement statement) throws SQLException {
        long sum = 0;
        long last = 0;
        long count = statement.getLargeUpdateCount();
        while (count >= 0 || statement.getResultSet() != null) {
            sum += last;
            last = Math.max(0, count);
            statement.getMoreResults();
            count = statement.getLargeUpdateCount();
        }
        return sum;
    }

    private void tell(List<String> position, BatchSize size, boolean resumed, boolean done) {
        watch.progress()
                .accept(new BackfillProgress(
                        backfill.table(),
                        batches,
                        rows,
                        size.next(),
                        position,
                        Duration.ofNanos(System.nanoTime() - beganNanos),
                        Duration.ofNanos(heldUpNanos),
                        resumed,
                        done));
    }
}
