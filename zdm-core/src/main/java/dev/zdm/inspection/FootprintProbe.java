package dev.zdm.inspection;

import dev.zdm.observation.Footprint.LockTaken;
import dev.zdm.observation.Footprint.Rewrite;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads, on the session of a change itself, what a statement locked and changed.
 *
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-locks.html">pg_locks</a>
 */
final class FootprintProbe {
    private static final String LOCKS = """
            select l.relation::bigint, l.mode, n.nspname, c.relname
            from pg_locks l
            left join pg_class c on c.oid = l.relation
            left join pg_namespace n on n.oid = c.relnamespace
            where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.granted
              and l.database = (select oid from pg_database where datname = current_database())
            order by 1, 2
            """;

    private final Connection connection;
    private final ExistingRelations existing;

    FootprintProbe(Connection connection, ExistingRelations existing) {
        this.connection = connection;
        this.existing = existing;
    }

    /** Returns the locks that the transaction holds; those not known yet were taken by the given statement. */
    List<LockTaken> locks(SqlStatement statement, List<LockTaken> known) throws SQLException {
        List<LockTaken> locks = new ArrayList<>();
        try (Statement jdbc = connection.createStatement();
                ResultSet rows = jdbc.executeQuery(LOCKS)) {
            while (rows.next()) {
                Optional<LockMode> mode = LockMode.ofCatalogName(rows.getString(2));
                // A relation that the transaction has dropped is not in the catalogue any more, but it is locked.
                String schema = rows.getString(3);
                Relation now = schema == null ? null : new Relation(schema, rows.getString(4));
                if (mode.isPresent()) {
                    lock(rows.getLong(1), now, mode.get(), statement).ifPresent(lock -> add(lock, known, locks));
                }
            }
        }
        return locks;
    }

    private static void add(LockTaken lock, List<LockTaken> known, List<LockTaken> into) {
        into.add(known.stream()
                .filter(earlier -> isSame(earlier, lock))
                .findFirst()
                .orElse(lock));
    }

    private static boolean isSame(LockTaken one, LockTaken other) {
        return one.mode() == other.mode() && one.relation().equals(other.relation());
    }

    /**
     * Returns a lock on a user's relation, which gets the name that it had before the change.
     *
     * @param now its name now; null: it is dropped
     */
    Optional<LockTaken> lock(long oid, @Nullable Relation now, LockMode mode, SqlStatement statement) {
        Optional<ExistingRelations.Entry> known = existing.find(oid);
        if (known.isPresent()) {
            ExistingRelations.Entry entry = known.get();
            return Optional.of(
                    new LockTaken(entry.relation(), existing.tableOf(entry), mode, entry.rows(), false, statement));
        }
        return now == null || ExistingRelations.isOfTheSystem(now.schema())
                ? Optional.empty()
                : Optional.of(new LockTaken(now, now, mode, 0, true, statement));
    }

    Duration lockTimeout() throws SQLException {
        return Duration.ofMillis(number("select setting::bigint from pg_settings where name = 'lock_timeout'"));
    }

    /** Returns how many bytes the server has written into its log. */
    long walPosition() throws SQLException {
        return number("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint");
    }

    /** Returns the next transaction's number. */
    long nextTransaction() throws SQLException {
        return number("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
    }

    /**
     * Returns how many of the rows that are there now one transaction wrote at most.
     *
     * @param since the number of the first transaction that counts
     */
    long largestWrite(Relation table, long since) throws SQLException {
        return number("select coalesce(max(n), 0) from (select count(*) as n from only " + table.qualified()
                + " where xmin::text::bigint >= " + (since & 0xFFFFFFFFL) + " group by xmin::text) as by_transaction");
    }

    /** Returns the tables among these that are empty now, or are not. */
    List<Rewrite> empty(Map<Long, Rewrite> renewed, boolean empty) throws SQLException {
        List<Rewrite> rewrites = new ArrayList<>();
        for (Map.Entry<Long, Rewrite> entry : renewed.entrySet()) {
            if ((number("select pg_relation_size(" + entry.getKey() + "::oid)") == 0) == empty) {
                rewrites.add(entry.getValue());
            }
        }
        return rewrites;
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }
}
