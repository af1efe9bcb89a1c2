package dev.zdm.inspection;

import dev.zdm.observation.RelationUse;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.postgres.Relation;
import dev.zdm.workload.QuietRun;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.postgresql.ds.PGSimpleDataSource;

/** Finds the tables that an application version reads or writes, by the server's own counters on a quiet clone. */
final class UsedRelations {
    // A partition counts for its partitioned table too. A session's counters appear when it ends.
    private static final String COUNTERS = """
            with recursive used as (
                select relid, coalesce(seq_scan, 0) + coalesce(idx_scan, 0) as reads,
                       n_tup_ins + n_tup_upd + n_tup_del as writes
                from pg_stat_user_tables
                union all
                select i.inhparent, used.reads, used.writes
                from used join pg_inherits i on i.inhrelid = used.relid)
            select n.nspname, c.relname, sum(used.reads), sum(used.writes)
            from used join pg_class c on c.oid = used.relid join pg_namespace n on n.oid = c.relnamespace
            group by 1, 2
            """;

    private UsedRelations() {}

    /**
     * Runs every operation of the version and returns the tables they touched.
     *
     * @param observer a session of the same database
     */
    static RelationUse of(ApplicationVersion version, PGSimpleDataSource database, Connection observer, long highestKey)
            throws SQLException {
        if (version instanceof ApplicationVersion.Absent) {
            return RelationUse.NONE;
        }
        Map<Relation, Counts> before = counters(observer);
        QuietRun.run(version, database, highestKey);
        awaitEndOfOtherSessions(observer);
        Set<Relation> used = new HashSet<>();
        Set<Relation> written = new HashSet<>();
        counters(observer).forEach((relation, now) -> {
            Counts start = before.getOrDefault(relation, new Counts(0, 0));
            if (now.writes() > start.writes()) {
                written.add(relation);
            }
            if (now.reads() > start.reads() || now.writes() > start.writes()) {
                used.add(relation);
            }
        });
        return new RelationUse(used, written);
    }

    /**
     * How often a table was used.
     *
     * @param reads scans
     * @param writes rows inserted, updated or deleted
     */
    private record Counts(long reads, long writes) {}

    private static Map<Relation, Counts> counters(Connection observer) throws SQLException {
        Map<Relation, Counts> counters = new HashMap<>();
        try (Statement statement = observer.createStatement();
                ResultSet rows = statement.executeQuery(COUNTERS)) {
            while (rows.next()) {
                counters.put(
                        new Relation(rows.getString(1), rows.getString(2)),
                        new Counts(rows.getLong(3), rows.getLong(4)));
            }
        }
        return counters;
    }

    /** A backend reports its counters when it ends, at the latest; one that a workload keeps open is ended. */
    private static void awaitEndOfOtherSessions(Connection observer) throws SQLException {
        try (Statement statement = observer.createStatement()) {
            statement.execute("""
                    do $$ declare tries int := 0; begin
                      while tries < 500 and exists (
                          select from pg_stat_get_activity(null) a join pg_database d on d.oid = a.datid
                          where d.datname = current_database() and a.pid <> pg_backend_pid()
                            and a.backend_type = 'client backend')
                      loop
                        perform pg_sleep(0.002);
                        perform pg_stat_clear_snapshot();
                        tries := tries + 1;
                      end loop;
                      perform pg_terminate_backend(a.pid) from pg_stat_get_activity(null) a
                      join pg_database d on d.oid = a.datid
                      where d.datname = current_database() and a.pid <> pg_backend_pid()
                        and a.backend_type = 'client backend' and tries >= 500;
                    end $$""");
        }
    }
}
