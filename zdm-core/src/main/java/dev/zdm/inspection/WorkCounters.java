package dev.zdm.inspection;

import dev.zdm.observation.Footprint.Work;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows read and written so far, by the server's own counters.
 *
 * @param byOid the rows by table
 * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html">The Cumulative Statistics System</a>
 */
record WorkCounters(Map<Long, Rows> byOid) {
    // What an index scan reads counts for the index, and for the table only where the row itself was fetched.
    private static final String COUNTERS = """
            select c.oid::bigint, n.nspname, c.relname,
                   pg_stat_get_<xact>tuples_returned(c.oid)
                     + greatest(pg_stat_get_<xact>tuples_fetched(c.oid),
                                coalesce((select sum(pg_stat_get_<xact>tuples_returned(i.indexrelid))::bigint
                                          from pg_index i where i.indrelid = c.oid), 0)),
                   pg_stat_get_<xact>tuples_inserted(c.oid),
                   pg_stat_get_<xact>tuples_updated(c.oid) + pg_stat_get_<xact>tuples_deleted(c.oid)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'zdm_backfill')
              and n.nspname not like 'pg\\_toast%'
            """;
    private static final String OF_SESSION = COUNTERS.replace("<xact>", "xact_");
    private static final String OF_SERVER = COUNTERS.replace("<xact>", "");

    WorkCounters {
        byOid = Map.copyOf(byOid);
    }

    /**
     * Rows of one table.
     *
     * @param relation the table
     * @param scanned read
     * @param inserted inserted
     * @param changed updated or deleted
     */
    private record Rows(Relation relation, long scanned, long inserted, long changed) {
        static final Rows NONE = new Rows(new Relation("", ""), 0, 0, 0);

        Rows since(Rows start) {
            return new Rows(relation, scanned - start.scanned, inserted - start.inserted, changed - start.changed);
        }
    }

    /** Reads what the session has done and not reported yet; complete within a transaction. */
    static WorkCounters ofTransaction(Connection connection) throws SQLException {
        return read(connection, OF_SESSION);
    }

    /** Reads what all sessions have reported, this one at once. */
    static WorkCounters ofServer(Connection connection) throws SQLException {
        ReportedWork.ofThisSessionToo(connection);
        return read(connection, OF_SERVER);
    }

    private static WorkCounters read(Connection connection, String query) throws SQLException {
        Map<Long, Rows> counters = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                Relation relation = new Relation(rows.getString(2), rows.getString(3));
                counters.put(rows.getLong(1), new Rows(relation, rows.getLong(4), rows.getLong(5), rows.getLong(6)));
            }
        }
        return new WorkCounters(counters);
    }

    /** How many rows one transaction kept from other writers at most. */
    @FunctionalInterface
    interface Locked {
        /**
         * Returns that number.
         *
         * @param table the table
         * @param scanned how many rows of it were read
         * @param changed how many were updated or deleted altogether
         */
        long atOnce(Relation table, long scanned, long changed) throws SQLException;
    }

    /** Returns what was read and written since these counters were taken. */
    List<Work> until(WorkCounters end, ExistingRelations existing, Locked locked) throws SQLException {
        List<Work> work = new ArrayList<>();
        for (Map.Entry<Long, Rows> entry : end.byOid().entrySet()) {
            Rows done = entry.getValue().since(byOid.getOrDefault(entry.getKey(), Rows.NONE));
            if (done.scanned() > 0 || done.inserted() > 0 || done.changed() > 0) {
                ExistingRelations.Entry known =
                        existing.find(entry.getKey()).orElse(ExistingRelations.Entry.created(done.relation()));
                ExistingRelations.Entry whole = existing.wholeOf(known);
                work.add(new Work(
                        done.relation(),
                        done.scanned(),
                        done.inserted() + done.changed(),
                        locked.atOnce(done.relation(), done.scanned(), done.changed()),
                        known.rows(),
                        known.bytes(),
                        whole.relation(),
                        whole.rows()));
            }
        }
        return work;
    }
}
