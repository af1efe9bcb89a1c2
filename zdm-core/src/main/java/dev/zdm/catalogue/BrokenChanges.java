package dev.zdm.catalogue;

import static dev.zdm.catalogue.Draft.entry;
import static dev.zdm.verdict.Hazard.CHANGE_FAILED;
import static dev.zdm.verdict.Hazard.INVALID_INDEX;
import static dev.zdm.verdict.Hazard.NEW_APP_ERROR;
import static dev.zdm.verdict.Hazard.NON_TRANSACTIONAL;
import static dev.zdm.verdict.Hazard.PLAN_REGRESSION;

import dev.zdm.catalogue.Draft.Known;
import dev.zdm.observation.StatementRun;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.InvalidIndexLeft;
import java.util.List;
import java.util.Set;

/** What does not get to its end, or not to the end that was meant. */
final class BrokenChanges {
    /** Of {@code lock_timeout} and {@code statement_timeout}. */
    private static final Set<String> TIMEOUTS = Set.of("55P03", "57014");

    static final List<Known> ALL = List.of(
            entry("enum-value-too-early", NON_TRANSACTIONAL, "An enum value used in the transaction that added it")
                    .sqlState("55P04")
                    .what("a new enum value may be used only after the transaction that added it has been committed")
                    .since("12 and later; before 12 ADD VALUE could not run in a transaction at all")
                    .effect("the migration fails with 55P04, and nothing of its transaction is left")
                    .remedy("ALTER TYPE … ADD VALUE in a transaction of its own, before what uses the value")
                    .manual("sql-altertype.html"),
            entry("concurrently-in-transaction", NON_TRANSACTIONAL, "CONCURRENTLY in a transaction")
                    .sqlState("25001")
                    .what(
                            "CREATE, DROP and REINDEX INDEX CONCURRENTLY, DETACH PARTITION CONCURRENTLY and VACUUM commit on the"
                                    + " way and refuse to run in a transaction block")
                    .since("all versions")
                    .effect("the migration fails with 25001, and what stood before it in the transaction is undone")
                    .remedy("run the statement on its own, outside of a transaction, in a migration of its own")
                    .manual("sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY"),
            entry(
                            "index-not-attached",
                            INVALID_INDEX,
                            "An index on only the partitioned table, its partitions forgotten")
                    .command("create (unique )?index .*\\bonly\\b|attach partition")
                    .what(
                            "an index ON ONLY a partitioned table is invalid until an index of every partition is attached to it")
                    .since("11 and later")
                    .effect("new partitions get the index, the old ones do not, and no constraint can rest on it")
                    .remedy("CREATE INDEX CONCURRENTLY on each partition, and ALTER INDEX … ATTACH PARTITION for each")
                    .manual("ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE"),
            entry("concurrent-build-timed-out", INVALID_INDEX, "A concurrent build under lock_timeout")
                    .what(
                            "a concurrent build waits for all older transactions; lock_timeout and statement_timeout end it there,"
                                    + " and the invalid index stays")
                    .since("all versions with CONCURRENTLY")
                    .when(BrokenChanges::timedOut)
                    .effect("the index slows every write and serves no query; IF NOT EXISTS takes it for done")
                    .remedy(
                            "SET lock_timeout = 0 for the concurrent build, which keeps nobody waiting; drop the invalid index"
                                    + " CONCURRENTLY before building it again")
                    .manual("sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY"),
            entry("failed-concurrent-build", INVALID_INDEX, "A concurrent build that failed")
                    .what(
                            "a concurrent build that meets a duplicate, or fails in another way, leaves its index behind, marked"
                                    + " invalid")
                    .since("all versions with CONCURRENTLY")
                    .effect("the index slows every write, refuses new duplicates and serves no query")
                    .remedy(
                            "remove the duplicates first; DROP INDEX CONCURRENTLY what a failed build left, build it again")
                    .manual("sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY"),
            entry("index-in-use-dropped", PLAN_REGRESSION, "An index dropped that queries use")
                    .command("drop (index|constraint|column)|rename")
                    .what("the planner takes the next best plan at once, often a scan of the whole table")
                    .since("all versions")
                    .effect("queries take as long as the table is large, without any error")
                    .remedy(
                            "build the index that takes its place CONCURRENTLY first, or ask pg_stat_user_indexes for weeks"
                                    + " whether anybody still uses the old one")
                    .manual("monitoring-stats.html#MONITORING-PG-STAT-ALL-INDEXES-VIEW"),
            entry("index-no-longer-fits", PLAN_REGRESSION, "A type change after which no index fits")
                    .command("alter (column )?(\\S+) (set data )?type ")
                    .what(
                            "an index serves the operators of its type: a parameter, or a joined column, of another type may no"
                                    + " longer use it; and the statistics of the column are gone until ANALYZE")
                    .since("all versions")
                    .effect("queries take as long as the table is large, without any error")
                    .remedy("change both sides of a comparison in step, and ANALYZE the table at once")
                    .manual("indexes-opclass.html"),
            entry("data-breaks-constraint", CHANGE_FAILED, "Data that break the new rule")
                    .sqlState("23502", "23503", "23505", "23514", "23P01")
                    .what("a constraint is checked against all rows that are there")
                    .since("all versions")
                    .effect("the migration fails on the data of production, which no test database has")
                    .remedy("stop new violations first (NOT VALID), then repair the old rows in batches, then VALIDATE")
                    .manual("ddl-constraints.html"),
            entry("data-do-not-fit-type", CHANGE_FAILED, "Data that do not fit the new type")
                    .sqlState("22001", "22003", "22P02", "22007", "22008", "42804")
                    .what("every value is converted, and the first that cannot be ends the statement")
                    .since("all versions")
                    .effect("the migration fails on the data of production, which no test database has")
                    .remedy("a new column of the new type, filled in batches; repair what does not fit on the way")
                    .manual("sql-altertable.html"),
            entry("type-under-view", CHANGE_FAILED, "The type of a column changed under a view")
                    .sqlState("0A000")
                    .command("alter (column )?(\\S+) (set data )?type ")
                    .what("a column that a view, rule, generated column or trigger uses keeps its type")
                    .since("all versions")
                    .effect("the migration fails with 0A000")
                    .remedy(
                            "a new column beside the old one, then CREATE OR REPLACE VIEW with the cast that the old readers"
                                    + " need")
                    .manual("sql-altertable.html"),
            entry("still-depended-on", CHANGE_FAILED, "Something dropped that others depend on")
                    .sqlState("2BP01")
                    .what("DROP refuses to take along what depends on the object")
                    .since("all versions")
                    .effect("the migration fails with 2BP01")
                    .remedy(
                            "drop or replace by name what depends on it first; not CASCADE, which drops what is still in use")
                    .manual("ddl-depend.html"),
            entry("lock-timeout-without-retry", CHANGE_FAILED, "A lock_timeout without a retry")
                    .sqlState("55P03", "57014")
                    .what("a statement that gets its lock too late is cancelled")
                    .since("all versions; lock_timeout since 9.3")
                    .effect("the application is safe, but the deployment stops")
                    .remedy(
                            "try again after a pause, a bounded number of times; in autocommit only what failed is to be done"
                                    + " again")
                    .manual("runtime-config-client.html#GUC-LOCK-TIMEOUT"),
            entry("if-not-exists", NEW_APP_ERROR, "IF NOT EXISTS that finds something else")
                    .command("if not exists")
                    .sqlState("42703", "42P01", "42P10", "42804", "23502")
                    .what(
                            "IF NOT EXISTS looks at the name only: a table, column or index of another shape is taken for done")
                    .since("9.1 (tables), 9.5 (indexes), 9.6 (columns)")
                    .effect("the migration succeeds without doing anything, and the new version fails")
                    .remedy("without IF NOT EXISTS in a transaction; or look at the shape first")
                    .manual("sql-createtable.html"));

    private BrokenChanges() {}

    private static boolean timedOut(Finding finding) {
        StatementRun last = finding instanceof InvalidIndexLeft left ? left.after() : null;
        StatementRun.Failure failure = last == null ? null : last.failure();
        return failure != null && TIMEOUTS.contains(failure.sqlState().code());
    }
}
