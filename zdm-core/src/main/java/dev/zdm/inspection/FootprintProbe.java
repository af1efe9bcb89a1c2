package dev.zdm.inspection;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.Footprint.LockTaken;
import dev.zdm.observation.Footprint.Rewrite;
import dev.zdm.observation.Footprint.Work;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads, on the session of a change itself, what a statement locked, rewrote and worked on.
 *
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-locks.html">pg_locks</a>
 * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html">pg_stat_xact_user_tables</a>
 */
final class FootprintProbe {
    private static final String LOCKS = """
            select relation::bigint, mode from pg_locks
            where pid = pg_backend_pid() and locktype = 'relation' and granted
              and database = (select oid from pg_database where datname = current_database())
            """;
    private static final String FILES =
            "select oid::bigint, pg_relation_filenode(oid)::bigint from pg_class where relkind in ('r', 'm', 'i')";
    private static final String COUNTERS = """
            select relid::bigint, schemaname, relname, seq_tup_read, n_tup_ins + n_tup_upd + n_tup_del
            from pg_stat_xact_user_tables where seq_tup_read + n_tup_ins + n_tup_upd + n_tup_del > 0
            """;

    private final Connection connection;
    private final ExistingRelations existing;

    FootprintProbe(Connection connection, ExistingRelations existing) {
        this.connection = connection;
        this.existing = existing;
    }

    /**
     * The files of relations at one moment.
     *
     * @param byOid relfilenode by oid
     */
    record Files(Map<Long, Long> byOid) {}

    /**
     * The rows read and written by the session so far.
     *
     * @param byOid the rows by table
     */
    record Counters(Map<Long, Rows> byOid) {}

    /**
     * Rows of one table.
     *
     * @param relation the table
     * @param scanned read one after the other
     * @param written inserted, updated or deleted
     */
    record Rows(Relation relation, long scanned, long written) {
        static final Rows NONE = new Rows(new Relation("", ""), 0, 0);
    }

    List<LockTaken> locks() throws SQLException {
        List<LockTaken> locks = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(LOCKS)) {
            while (rows.next()) {
                Optional<LockMode> mode = LockMode.ofCatalogName(rows.getString(2));
                existing.find(rows.getLong(1))
                        .filter(ExistingRelations.Entry::isTable)
                        .ifPresent(entry -> mode.ifPresent(
                                taken -> locks.add(new LockTaken(entry.relation(), taken, entry.rows()))));
            }
        }
        return locks;
    }

    Duration lockTimeout() throws SQLException {
        String query = "select setting::bigint from pg_settings where name = 'lock_timeout'";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? Duration.ofMillis(rows.getLong(1)) : Duration.ZERO;
        }
    }

    Files files() throws SQLException {
        Map<Long, Long> files = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(FILES)) {
            while (rows.next()) {
                files.put(rows.getLong(1), rows.getLong(2));
            }
        }
        return new Files(files);
    }

    /** Returns the relations that have another file now, and are empty, or are not. */
    List<Rewrite> renewed(Files before, boolean empty) throws SQLException {
        List<Rewrite> renewed = new ArrayList<>();
        for (Map.Entry<Long, Long> now : files().byOid().entrySet()) {
            Long file = before.byOid().get(now.getKey());
            Optional<ExistingRelations.Entry> known = existing.find(now.getKey());
            boolean isNew = known.isPresent() && file != null && !file.equals(now.getValue());
            if (isNew && (size(now.getKey()) == 0) == empty) {
                Relation table = existing.find(known.get().tableOid())
                        .map(ExistingRelations.Entry::relation)
                        .orElse(known.get().relation());
                renewed.add(
                        new Rewrite(known.get().relation(), table, known.get().rows()));
            }
        }
        return renewed;
    }

    private long size(long oid) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select pg_relation_size(" + oid + "::oid)")) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    Counters counters() throws SQLException {
        Map<Long, Rows> counters = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(COUNTERS)) {
            while (rows.next()) {
                Relation relation = new Relation(rows.getString(2), rows.getString(3));
                counters.put(rows.getLong(1), new Rows(relation, rows.getLong(4), rows.getLong(5)));
            }
        }
        return new Counters(counters);
    }

    /** Returns what was read and written since the counters were taken. */
    List<Footprint.Work> work(Counters before) throws SQLException {
        List<Work> work = new ArrayList<>();
        counters().byOid().forEach((oid, now) -> {
            Rows start = before.byOid().getOrDefault(oid, Rows.NONE);
            long scanned = now.scanned() - start.scanned();
            long written = now.written() - start.written();
            if (scanned > 0 || written > 0) {
                long rows =
                        existing.find(oid).map(ExistingRelations.Entry::rows).orElse(0L);
                work.add(new Work(now.relation(), scanned, written, rows));
            }
        });
        return work;
    }
}
