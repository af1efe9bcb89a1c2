package dev.zdm.inspection;

import dev.zdm.change.ObservedDataSource;
import dev.zdm.observation.RelationUse;
import dev.zdm.observation.TableAccess.Reads;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.workload.QuietRun;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Finds the tables that an application version reads or writes: by the locks that its statements take on a quiet clone,
 * and by the server's counters for what it does over sessions that it opens itself.
 */
final class UsedRelations {
    /** How often each operation runs as a rule. */
    static final int TIMES = 3;

    /** Enough to hit every one of a few partitions with random keys. */
    static final int OFTEN = 20;

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
     * What a version did.
     *
     * @param relations the tables it used
     * @param reads how its statements read them
     */
    record Used(RelationUse relations, Map<OperationWatch.Place, Reads> reads) {
        static final Used NONE = new Used(RelationUse.NONE, Map.of());
    }

    /**
     * Runs every operation of the version.
     *
     * @param observer a session of the same database
     * @param times how often each operation runs, 1 or more
     */
    static Used of(
            ApplicationVersion version, PGSimpleDataSource database, Connection observer, long highestKey, int times)
            throws SQLException {
        if (version instanceof ApplicationVersion.Absent) {
            return Used.NONE;
        }
        awaitEndOfOtherSessions(observer); // What they did counts only when they have ended.
        Map<Relation, Counts> before = counters(observer);
        OperationWatch watch = new OperationWatch();
        DataSource watched = version instanceof ApplicationVersion.OfService ? database : watched(database, watch);
        if (!QuietRun.run(version, watched, highestKey, times, watch::operation)) {
            // Perhaps it cannot be watched, because it needs autocommit mode for example.
            QuietRun.run(version, database, highestKey, times, name -> {});
        }
        Map<Relation, Set<Relation>> children = children(observer);
        if (children.values().stream().anyMatch(some -> some.stream().anyMatch(watch.used()::contains))) {
            QuietRun.run(version, watched, highestKey, OFTEN, watch::operation);
        }
        awaitEndOfOtherSessions(observer);
        Set<Relation> used = new HashSet<>(watch.used());
        Set<Relation> written = new HashSet<>(watch.written());
        counters(observer).forEach((relation, now) -> {
            Counts start = before.getOrDefault(relation, new Counts(0, 0));
            if (now.writes() > start.writes()) {
                written.add(relation);
            }
            if (now.reads() > start.reads() || now.writes() > start.writes()) {
                used.add(relation);
            }
        });
        addSiblings(used, children);
        addSiblings(written, children);
        return new Used(new RelationUse(used, written), watch.reads());
    }

    private static DataSource watched(PGSimpleDataSource database, OperationWatch watch) {
        ObservedDataSource watched = new ObservedDataSource(database::getConnection, watch);
        watched.locateWith(sql -> new SqlStatement(sql, "application", 1));
        return watched;
    }

    /** Who uses several partitions of a table draws among all of them. */
    private static void addSiblings(Set<Relation> used, Map<Relation, Set<Relation>> children) {
        children.forEach((parent, some) -> {
            if (some.stream().filter(used::contains).count() > 1) {
                used.addAll(some);
            }
        });
    }

    private static Map<Relation, Set<Relation>> children(Connection observer) throws SQLException {
        Map<Relation, Set<Relation>> children = new HashMap<>();
        String query = """
                select pn.nspname, p.relname, cn.nspname, c.relname
                from pg_inherits i
                join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
                join pg_class c on c.oid = i.inhrelid join pg_namespace cn on cn.oid = c.relnamespace
                where c.relkind in ('r', 'p', 'f')
                """;
        try (Statement statement = observer.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                children.computeIfAbsent(new Relation(rows.getString(1), rows.getString(2)), parent -> new HashSet<>())
                        .add(new Relation(rows.getString(3), rows.getString(4)));
            }
        }
        return children;
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
    static void awaitEndOfOtherSessions(Connection observer) throws SQLException {
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
        ReportedWork.ofEndedSessions(observer);
    }
}
