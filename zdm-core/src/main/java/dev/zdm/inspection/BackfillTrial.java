package dev.zdm.inspection;

import dev.zdm.change.ChangeException;
import dev.zdm.database.Database;
import dev.zdm.inspection.LockClock.Transaction;
import dev.zdm.observation.BackfillHistory.Volume;
import dev.zdm.plan.Change;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One run of a backfill without disturbance, and what it wrote.
 *
 * @param database the database as it left it
 * @param clock its transactions
 * @param volume what it wrote
 */
record BackfillTrial(Database database, LockClock clock, Volume volume) implements AutoCloseable {
    private static final String COUNTED = """
            select coalesce(sum(n_tup_ins), 0), coalesce(sum(n_tup_upd + n_tup_del), 0),
                   pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint,
                   pg_snapshot_xmax(pg_current_snapshot())::text::bigint
            from pg_stat_user_tables where schemaname <> 'zdm_backfill'
            """;

    /** What the server has counted so far. */
    private record Counters(long inserted, long changed, long wal, long nextTransaction) {}

    /**
     * Carries a change out.
     *
     * @param copy the database; it stays open if the change fails
     * @param tables the tables with rows of their own that it writes to
     * @return what it did; null: it failed
     */
    static @Nullable BackfillTrial run(Change change, LimitedChange limited, Database copy, Set<Relation> tables)
            throws SQLException, InterruptedException {
        LockClock clock = new LockClock(() -> QuietSessions.of(copy).getConnection());
        try (Connection observer = QuietSessions.of(copy).getConnection()) {
            Counters before = counters(observer);
            ChangeException failure = limited.carryOut(change, copy, clock, clock);
            if (failure != null) {
                return null;
            }
            UsedRelations.awaitEndOfOtherSessions(observer);
            Counters after = counters(observer);
            long changed = after.changed() - before.changed();
            long transactions = 0;
            long largest = 0;
            for (Relation table : tables) {
                List<Long> counts = byTransaction(table, before.nextTransaction(), observer);
                transactions = Math.max(transactions, counts.get(0));
                largest = Math.max(largest, counts.get(1));
            }
            return new BackfillTrial(
                    copy,
                    clock,
                    new Volume(
                            after.inserted() - before.inserted() + changed,
                            after.wal() - before.wal(),
                            changed,
                            transactions,
                            largest,
                            Duration.ZERO));
        }
    }

    private static Counters counters(Connection observer) throws SQLException {
        try (Statement statement = observer.createStatement()) {
            statement.execute("select pg_stat_clear_snapshot()");
        }
        List<Long> numbers = numbers(COUNTED, observer);
        return new Counters(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
    }

    /** Returns how many transactions wrote the rows that are there now, and how many of them one wrote at most. */
    private static List<Long> byTransaction(Relation table, long since, Connection observer) throws SQLException {
        return numbers(
                "select count(*), coalesce(max(n), 0) from (select count(*) as n from only " + table.qualified()
                        + " where xmin::text::bigint >= " + (since & 0xFFFFFFFFL) + " group by xmin::text) written",
                observer);
    }

    private static List<Long> numbers(String query, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            List<Long> numbers = new ArrayList<>();
            for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                numbers.add(row.getLong(column));
            }
            return numbers;
        }
    }

    /** Returns the statements that it ran, in order. */
    List<SqlStatement> statements() {
        return clock.transactions().stream()
                .flatMap(transaction -> transaction.statements().stream())
                .toList();
    }

    /** Returns how long each transaction held rows, from its first statement of one of these shapes on. */
    static List<Long> nanosHeld(LockClock clock, Set<String> shapes) {
        List<Long> times = new ArrayList<>();
        for (Transaction transaction : clock.transactions()) {
            List<SqlStatement> statements = transaction.statements();
            for (int place = 0; place < statements.size(); place++) {
                if (shapes.contains(QuietTransaction.shape(statements.get(place)))) {
                    times.add(transaction.nanosFrom(place));
                    break;
                }
            }
        }
        return times;
    }

    @Override
    public void close() {
        database.close();
    }
}
