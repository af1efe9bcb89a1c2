package dev.zdm.report;

import static dev.zdm.verdict.Histories.CUSTOMER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.Agreement;
import dev.zdm.observation.BackfillHistory;
import dev.zdm.observation.BackfillHistory.Harm;
import dev.zdm.observation.BackfillHistory.Rule;
import dev.zdm.observation.ColumnData;
import dev.zdm.observation.Footprint.Rewrite;
import dev.zdm.observation.Footprint.Work;
import dev.zdm.observation.Growth;
import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.LockWait.Cause;
import dev.zdm.observation.QuietWayBack;
import dev.zdm.observation.TableAccess;
import dev.zdm.observation.TableData;
import dev.zdm.observation.TableData.Successor;
import dev.zdm.observation.UntouchedData;
import dev.zdm.observation.WayBack;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.Checks;
import dev.zdm.verdict.Histories;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The exact words of every kind of finding. */
class WordingTest {
    private final Histories histories = new Histories();

    private String findings() {
        String text = TextReport.verdict(
                Checks.judge(histories.history(), Tolerance.DEFAULT.withLatency(Duration.ofMillis(50))));
        return text.substring(text.indexOf("\n\n") + 2);
    }

    private String observed() {
        return TextReport.of(Checks.judge(histories.history(), Tolerance.DEFAULT));
    }

    @Test
    void rewrite() {
        histories.footprints.add(
                Histories.footprint(LockMode.ACCESS_EXCLUSIVE, new Rewrite(CUSTOMER, CUSTOMER, 200_000), null));
        histories.waits.add(Histories.wait(Cause.MIGRATION, 2312));

        assertThat(findings()).isEqualTo("""
                1. table rewrite · customer                                                   [table-rewrite]
                   expected : no table that the application uses is rewritten
                   found    : all 200 000 rows of customer written to a new file under ACCESS EXCLUSIVE
                              under load 1 operation waited, longest 2 312 ms
                   caused by: V2.sql:3  alter table customer add token uuid
                   why      : the constraint of the domain is checked row by row in a rewrite under ACCESS EXCLUSIVE, even where every value is NULL
                   do       : a column of the base type, with the rule as a CHECK that is added NOT VALID and validated afterwards
                   see      : docs/hazards.md#constrained-domain-column, https://www.postgresql.org/docs/current/sql-createdomain.html
                """);
    }

    @Test
    void valuesChanged() {
        ColumnData name = new ColumnData(
                "name",
                "name",
                ColumnData.Origin.SAME,
                "character varying(40)",
                "character varying(3)",
                ColumnData.Conversion.OTHER,
                false,
                1200,
                0,
                1,
                List.of(new ColumnData.Difference("7", "Anna", "Ann"), new ColumnData.Difference("9", "", null)));
        untouched(true, name);

        assertThat(findings()).startsWith("""
                1. data loss · customer                                                       [data-loss]
                   expected : what the change does not write to keeps its value, in the type that it had
                   found    : column name, character varying(40) to character varying(3), has other values in 1 200 of 200 000 rows, 1 of them NULL now
                              key 7: 'Anna' became 'Ann'
                              key 9: '' became NULL
                   caused by: no statement of the migration
                """);
        assertThat(observed())
                .contains(
                        "   untouched: 2 columns of 1 table keep their values in 200 000 rows (compared in 40 ms, copied in 90 ms)\n"
                                + "   touched  : customer: name changed in 1 200 rows\n");
    }

    private void untouched(boolean keyed, ColumnData... differing) {
        TableData table = new TableData(
                CUSTOMER,
                CUSTOMER,
                Successor.ITSELF,
                200_000,
                TableData.Written.NOTHING,
                keyed,
                0,
                0,
                List.of(),
                3,
                List.of(differing),
                List.of(),
                true);
        histories.untouched = new UntouchedData(
                List.of(table), List.of(), Map.of(), Duration.ofMillis(90), Duration.ofMillis(40), null);
    }

    @Test
    void aTableWithoutAKey() {
        untouched(false);

        assertThat(observed())
                .contains("   untouched: 3 columns of 1 table keep their values in 200 000 rows, those of customer as a"
                        + " multiset, for lack of a key (compared in 40 ms, copied in 90 ms)\n");
    }

    private static BackfillHistory backfill(boolean declared, Harm... harms) {
        return new BackfillHistory(
                declared,
                new BackfillHistory.Tried(10_000, 3, 40, 4),
                new BackfillHistory.Volume(10_000, 2_560_000, 10_000, 40, 250, Duration.ofMillis(7)),
                List.of(harms),
                List.of("whether it overwrites newer values of note, which has no key"),
                Duration.ofMillis(2300));
    }

    @Test
    void brokenRuleOfBackfills() {
        histories.backfill = backfill(
                true,
                new Harm(Rule.IDEMPOTENT, "other data in public.customer (visits)", Histories.ALTER),
                new Harm(Rule.GUARDED, "customer.label of the row with id = '7' is 'A'", Histories.ALTER));

        assertThat(findings()).isEqualTo("""
                1. backfill · not idempotent                                                  [backfill]
                   expected : run a second time, it changes nothing
                   found    : other data in public.customer (visits)
                   caused by: V2.sql:3  alter table customer add token uuid
                   why      : UPDATE makes a new value of whatever is there, also of what it has made itself
                   do       : write only to rows that are not filled yet (WHERE … IS NULL, IS DISTINCT FROM), into a column of its own; INSERT … ON CONFLICT DO NOTHING
                   see      : docs/hazards.md#backfill-not-idempotent, https://www.postgresql.org/docs/current/sql-update.html
                """);
        assertThat(observed())
                .contains(
                        "   backfill : rehearsed at 10 000 rows: run twice, stopped 3 times and resumed, 40 rows inserted"
                                + " and 4 changed by others meanwhile (in 2.3 s)\n"
                                + "   backfill : 10 000 rows written: 256 B of WAL and 1.0 dead rows per row; at most 250 in one of"
                                + " 40 transactions, held for 7.0 ms\n"
                                + "   backfill : could not be told: whether it overwrites newer values of note, which has no key\n")
                .contains(
                        "   advice   : write only to rows that are not filled yet: customer.label of the row with id ="
                                + " '7' is 'A'\n");
    }

    @Test
    void backfillThatCouldNotBeTried() {
        histories.backfill = BackfillHistory.notTried(true, "it succeeded once");

        assertThat(observed())
                .startsWith("Phase 'expand' is INCONCLUSIVE: 1 doubt\n\n1. could not tell · ")
                .contains("the rules of backfills", "it succeeded once")
                .contains("   backfill : not tried: it succeeded once\n");
    }

    @Test
    void brokenRuleOfWhatIsPerhapsABackfill() {
        histories.backfill =
                backfill(false, new Harm(Rule.IDEMPOTENT, "other data in public.customer (visits)", Histories.ALTER));

        assertThat(observed())
                .startsWith("Phase 'expand' is zero-downtime\n")
                .contains(
                        "   advice   : as a backfill it would be red: run a second time, it does its work again: other"
                                + " data in public.customer (visits)\n");
    }

    @Test
    void timeInProduction() {
        histories.footprints.add(
                Histories.footprint(LockMode.ACCESS_EXCLUSIVE, new Rewrite(CUSTOMER, CUSTOMER, 200_000), null));
        histories.growth.add(Histories.growth(Growth.Kind.LINEAR, Duration.ofSeconds(460)));

        assertThat(findings())
                .contains(
                        "found    : all 200 000 rows of customer written to a new file under ACCESS EXCLUSIVE, held for "
                                + "231 ms; at 40 000 000 rows about 7 min 40 s\n");
        assertThat(observed())
                .contains("   growth   : V2.sql:3 is linear, 3 rows of work for each of customer: locked for 62 ms at "
                        + "50 000 rows, 231 ms at 200 000 rows; at 40 000 000 rows about 7 min 40 s\n");
    }

    @Test
    void constantTimeInProduction() {
        histories.growth.add(Histories.growth(Growth.Kind.CONSTANT, Duration.ofMillis(3)));

        assertThat(observed())
                .contains(
                        "   growth   : V2.sql:3 is constant: locked for 62 ms at 50 000 rows, 231 ms at 200 000 rows; at "
                                + "40 000 000 rows about 3.0 ms\n");
    }

    @Test
    void workUnderLock() {
        histories.footprints.add(Histories.footprint(
                LockMode.SHARE, null, new Work(CUSTOMER, 200_000, 0, 0, 200_000, 16_000_000, CUSTOMER, 200_000)));

        assertThat(findings()).isEqualTo("""
                1. writers blocked · customer                                                 [write-block]
                   expected : no work that grows with a table while a lock stops the application
                   found    : 200 000 rows of customer read while customer was locked SHARE
                   caused by: V2.sql:3  alter table customer add token uuid
                   why      : SHARE and stronger locks conflict with every INSERT, UPDATE and DELETE until the transaction ends; so does an UPDATE with every other of the same row
                   do       : build indexes CONCURRENTLY, add constraints NOT VALID and VALIDATE them in a transaction of their own, update in batches
                   see      : docs/hazards.md#write-block, https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
                """);
    }

    @Test
    void planRegression() {
        histories.accesses.add(new TableAccess(
                Histories.FIND,
                "select name\n from customer where code = ?",
                CUSTOMER,
                new TableAccess.Reads(3, 0, 0, 3),
                new TableAccess.Reads(3, 3, 600_000, 0)));

        assertThat(findings()).isEqualTo("""
                1. plan regression · operation 'find' (old version)                           [plan-regression]
                   expected : a query that used an index of customer before the change still does
                   found    : it reads all 200 000 rows of customer now, in each of 3 quiet runs
                              in: select name from customer where code = ?
                   caused by: no statement of the migration
                   why      : without a fitting index, or without statistics, the planner reads the whole table
                   do       : build the index that the query needs CONCURRENTLY before the old one goes; ANALYZE the table after its type changed
                   see      : docs/hazards.md#plan-regression, https://www.postgresql.org/docs/current/using-explain.html
                """);
    }

    @Test
    void lockQueue() {
        histories.waits.add(Histories.wait(Cause.LOCK_QUEUE, 900));
        histories.waits.add(Histories.wait(Cause.LOCK_QUEUE, 1500));

        assertThat(findings()).isEqualTo("""
                1. lock queue · operation 'find' (old version) waited 1 500 ms                [lock-queue]
                   expected : no operation waits for the migration longer than 100 ms
                   found    : 2 operations waited, longest 1 500 ms
                              for AccessShareLock on customer: migration (pid 7) held the lock
                   caused by: V2.sql:3  alter table customer add token uuid
                   why      : the statement waits for the transactions that are in its way, and everyone who comes after it waits behind it; statement_timeout ends it, but counts in minutes
                   do       : SET lock_timeout to less than the application can wait, and retry until the lock is free, as @Migrate(lockTimeoutMillis = 50) and RetryingRunner do (docs/lock-timeouts.md)
                   see      : docs/hazards.md#no-lock-timeout, https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT
                """);
    }

    @Test
    void error() {
        histories.errors.add(Histories.error("42703", "ERROR: column \"x\"\n  does not exist", 0, 1, 0));

        assertThat(findings()).isEqualTo("""
                1. error · operation 'find' (old version)                                     [old-app-error]
                   expected : no operation fails
                   found    : failed 1 time with SQLSTATE 42703 (every time since): ERROR: column "x" does not exist
                   caused by: V2.sql:3  alter table customer add token uuid
                   why      : the server checks every statement against the schema of this moment
                   do       : keep what the old version needs until no session of it is left: expand first, contract last
                   see      : docs/hazards.md#old-app-error, https://www.postgresql.org/docs/current/errcodes-appendix.html
                """);
    }

    @Test
    void drift() {
        histories.invariants.add(Histories.invariant(true, 1, null));

        assertThat(findings()).isEqualTo("""
                1. data drift · invariant 'names agree'                                       [data-drift]
                   expected : the query returns no row: select id from customer where a <> b
                   found    : 2 rows after the load was drained, the first: id=1 | id=2
                   caused by: V2.sql:3  alter table customer add token uuid
                   why      : nothing but a constraint or a trigger keeps two values in step that two versions write
                   do       : make the trigger that keeps both in step first, then backfill only rows that are not filled yet
                   see      : docs/hazards.md#data-drift, https://www.postgresql.org/docs/current/plpgsql-trigger.html
                """);
    }

    @Test
    void versionsThatDisagree() {
        histories.agreements.add(Histories.agreement(Agreement.When.DRAINED, 2, 0));

        assertThat(findings()).isEqualTo("""
                1. data drift · old and new read another 'name'                               [data-drift]
                   expected : both versions read the same of every key
                   found    : 2 of 2 000 keys differ after the load was drained, the first: key 17: old 'Ann', new null
                   caused by: V2.sql:3  alter table customer add token uuid
                   why      : nothing but a constraint or a trigger keeps two values in step that two versions write
                   do       : make the trigger that keeps both in step first, then backfill only rows that are not filled yet
                   see      : docs/hazards.md#data-drift, https://www.postgresql.org/docs/current/plpgsql-trigger.html
                """);
    }

    @Test
    void latency() {
        histories.latencies.add(Histories.latency(0, 4));
        histories.latencies.add(Histories.latency(1, 51));

        assertThat(findings()).isEqualTo("""
                1. latency · operation 'find' (old version)                                   [latency]
                   expected : 99 of 100 operations end within 50 ms
                   found    : within 51 ms, before the change 4.0 ms
                   caused by: no statement of the migration
                   why      : a change shares processor, disk and cache with the application
                   do       : see which statement of the change was running; make it do less at a time
                   see      : docs/hazards.md#latency, https://www.postgresql.org/docs/current/monitoring-stats.html
                """);
    }

    @Test
    void invalidIndex() {
        histories.invalidIndexes.add(CUSTOMER);

        assertThat(findings()).isEqualTo("""
                1. invalid index · customer                                                   [invalid-index]
                   expected : every index is valid when the change is done
                   found    : customer is invalid: it costs every write and serves no query
                   caused by: V2.sql:3  alter table customer add token uuid
                   why      : a concurrent build that meets a duplicate, or fails in another way, leaves its index behind, marked invalid
                   do       : remove the duplicates first; DROP INDEX CONCURRENTLY what a failed build left, build it again
                   see      : docs/hazards.md#failed-concurrent-build, https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
                """);
    }

    private static QuietWayBack quietWayBack(List<String> notRestored, List<QuietWayBack.Loss> losses) {
        return new QuietWayBack(
                20,
                null,
                new SqlStatement("alter table customer drop column token", "U2.sql", 2),
                notRestored,
                losses,
                LedgerHistory.NONE,
                null,
                List.of(),
                List.of(),
                73,
                Duration.ofMillis(1234),
                null);
    }

    private void wayBack(WayBack.Need need, QuietWayBack quiet) {
        histories.wayBack = new WayBack(need, null, quiet, null, null, null);
    }

    @Test
    void notRestored() {
        wayBack(
                WayBack.Need.ROLLBACK,
                quietWayBack(
                        List.of("new: trigger in_step on customer", "missing: comment on column customer.name"),
                        List.of()));

        assertThat(findings()).isEqualTo("""
                1. rollback incomplete                                                        [not-reversible]
                   expected : after the rollback the catalogue is what it was before the change
                   found    : new: trigger in_step on customer
                              missing: comment on column customer.name
                   caused by: the rollback, whose last statement was U2.sql:2  alter table customer drop column token
                   why      : what a rollback leaves behind stays: the old version meets it, and the next try of the change too
                   do       : let the rollback undo all that the change does, in the reverse order; what was there before and is gone must be made again with its comments, grants and options
                   see      : docs/rollback.md
                """);
    }

    @Test
    void lostByRollback() {
        QuietWayBack.Loss values = new QuietWayBack.Loss(
                CUSTOMER, "token", QuietWayBack.Origin.NEW_VERSION, 5, List.of("key 7: 'abc'", "key 9: 'def'"), false);
        QuietWayBack.Loss rows =
                new QuietWayBack.Loss(CUSTOMER, null, QuietWayBack.Origin.BEFORE, 1, List.of("key 3"), false);
        QuietWayBack.Loss allowed =
                new QuietWayBack.Loss(CUSTOMER, "note", QuietWayBack.Origin.NEW_VERSION, 1, List.of(), true);
        wayBack(WayBack.Need.ROLLBACK, quietWayBack(List.of(), List.of(values, rows, allowed)));

        assertThat(findings()).isEqualTo("""
                1. data loss · rollback                                                       [data-loss]
                   expected : a rollback keeps what was there, and what the new version wrote
                   found    : 5 values of customer.token that the new version had written are gone
                                key 7: 'abc'
                                key 9: 'def'
                              1 row of customer from before the change is gone
                                key 3
                   caused by: the rollback, whose last statement was U2.sql:2  alter table customer drop column token
                   why      : what the new version wrote is the users' work, and is gone with the column, table or row that is dropped
                   do       : let a trigger carry it to where the old version reads it, or copy it before it is dropped; if it may be lost, say so: losing("customer.token", "customer"), or loses of @Rollback
                   see      : docs/rollback.md
                """);
        assertThat(observed())
                .contains(
                        "way back : the plan allows that 1 value of customer.note that the new version had written is gone");
    }

    @Test
    void wayBackThatIsSound() {
        wayBack(WayBack.Need.ROLLBACK, quietWayBack(List.of(), List.of()));

        assertThat(observed())
                .contains(
                        "way back : on a quiet copy the catalogue (73 facts) and the old data are what they were, with 20 "
                                + "rows written by the new version (looked at in 1.2 s)");
    }
}
