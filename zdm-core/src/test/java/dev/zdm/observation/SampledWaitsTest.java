package dev.zdm.observation;

import static dev.zdm.observation.LockLog.ALTER;
import static dev.zdm.observation.LockLog.APP;
import static dev.zdm.observation.LockLog.APP2;
import static dev.zdm.observation.LockLog.APP3;
import static dev.zdm.observation.LockLog.BLOCKER;
import static dev.zdm.observation.LockLog.CUSTOMER;
import static dev.zdm.observation.LockLog.DDL;
import static dev.zdm.observation.LockLog.EARLIER;
import static dev.zdm.observation.LockLog.EXCLUSIVE;
import static dev.zdm.observation.LockLog.FIND;
import static dev.zdm.observation.LockLog.MIGRATION;
import static dev.zdm.observation.LockLog.READ;
import static dev.zdm.observation.LockLog.SHARE;
import static dev.zdm.observation.LockLog.WRITE;
import static dev.zdm.observation.LockLog.at;
import static dev.zdm.observation.LockLog.millis;
import static dev.zdm.observation.LockLog.pids;
import static dev.zdm.observation.LockLog.waitOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.LockWait.Cause;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.Relation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What snapshots of the lock table tell, alone and beside the log. */
class SampledWaitsTest {
    private static final String ROW = "tuple (0,1) of relation 16385 of database 5";

    private final LockLog log = new LockLog();

    private static LockRow held(int pid, String mode, String target) {
        return new LockRow(pid, pid + "/1", LockTarget.parse(target), mode, true, null);
    }

    private static LockRow waiting(double since, int pid, String mode, String target) {
        return new LockRow(pid, pid + "/1", LockTarget.parse(target), mode, false, at(since));
    }

    private void seen(double time, LockRow... rows) {
        log.snapshot(LockSnapshot.ofWaits(at(time), List.of(rows)));
    }

    @Test
    void a_wait_that_the_log_leaves_out_has_all_its_facts() {
        log.timeline.statementStarted(MIGRATION, DDL, at(5));
        log.timeline.statementEnded(MIGRATION, at(11.2));
        log.sessions.operationStarted(APP, FIND, at(9.5));
        seen(10.4, held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        seen(11, held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        seen(11.6);

        assertThat(log.finish(100))
                .containsExactly(new LockWait(
                        SessionRole.OLD_VERSION,
                        APP,
                        FIND,
                        READ,
                        "relation 16385",
                        new Relation("public", "customer"),
                        at(10),
                        millis(1.2),
                        Cause.MIGRATION,
                        millis(1.2),
                        DDL,
                        List.of("migration (pid 100) held the lock")));
    }

    @Test
    void what_the_log_tells_too_is_one_wait_with_the_length_that_the_log_says() {
        seen(10.4, held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        log.waits(10, APP, READ, CUSTOMER, pids(MIGRATION), pids(APP));
        seen(12);
        log.acquires(10, 11.25, APP, READ, CUSTOMER);

        LockWait wait = waitOf(log.finish(100), APP);
        assertThat(wait.duration()).isEqualTo(millis(1.25));
        assertThat(wait.causedDuration()).isEqualTo(millis(1.25));
    }

    /** On a busy machine the session that has the lock may be the last one to run; no delay of that time is an excuse. */
    @Test
    void a_wait_ends_when_the_lock_is_granted() {
        seen(10.4, held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        log.waits(10, APP, READ, CUSTOMER, pids(MIGRATION), pids(APP));
        seen(34.5, held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        seen(35);
        log.acquires(10, 62, APP, READ, CUSTOMER);

        LockWait wait = waitOf(log.finish(100), APP);
        assertThat(wait.duration()).isEqualTo(millis(25));
        assertThat(wait.causedDuration()).isEqualTo(millis(25));
    }

    /** The lines are PostgreSQL's own, of its German catalogue. */
    @Test
    void what_a_log_in_another_language_says_is_left_to_the_snapshots() {
        seen(10.4, held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        String target = "AccessShareLock-Sperre auf Relation 16385 der Datenbank 5";
        log.entry(11, APP, "zdm", "LOG", "Prozess 201 wartet immer noch auf " + target + " nach 1,081 ms", null)
                .entry(30, APP, "zdm", "LOG", "Prozess 201 erlangte " + target + " nach 20,000 ms", null);
        seen(29.9, held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        seen(30.1);

        assertThat(log.finish(100)).singleElement().satisfies(wait -> {
            assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
            assertThat(wait.duration()).isEqualTo(millis(20));
        });
    }

    /** Where the log is out of reach nothing is judged before the end of the phase. */
    @Test
    void the_operation_that_waited_is_known_however_many_came_after_it() {
        log.sessions.operationStarted(APP, FIND, at(9.5));
        seen(10.4, held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        seen(11.6);
        for (int i = 0; i < 2 * SessionOperations.CAPACITY; i++) {
            log.sessions.operationStarted(APP, new OperationName(VersionRole.OLD, "other"), at(20 + i));
        }

        assertThat(waitOf(log.finish(10_000), APP).operation()).isEqualTo(FIND);
    }

    /** The sampler was kept from looking when the migration ended. */
    @Test
    void a_wait_whose_end_nobody_saw_ended_with_the_statement_that_held_the_lock() {
        log.timeline.statementStarted(MIGRATION, DDL, at(5));
        log.sessions.operationStarted(APP, FIND, at(9.5));
        seen(2390, held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        log.timeline.statementEnded(MIGRATION, at(2400));
        log.sessions.operationEnded(APP, at(4900));

        assertThat(waitOf(log.finish(10_000), APP).duration()).isEqualTo(millis(2390));
    }

    @Test
    void a_wait_that_a_late_look_does_not_show_ended_with_the_statement_that_held_the_lock() {
        log.timeline.statementStarted(MIGRATION, DDL, at(5));
        log.sessions.operationStarted(APP, FIND, at(9.5));
        seen(2390, held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        log.timeline.statementEnded(MIGRATION, at(2400));
        log.sessions.operationEnded(APP, at(4900));
        seen(8000);

        assertThat(waitOf(log.finish(10_000), APP).duration()).isEqualTo(millis(2390));
    }

    @Test
    void a_wait_whose_end_nobody_saw_ended_with_its_operation_however_many_came_after_it() {
        log.sessions.operationStarted(APP, FIND, at(9.5));
        seen(
                10.4,
                held(MIGRATION, ALTER, CUSTOMER),
                waiting(8, APP2, WRITE, CUSTOMER),
                held(APP2, EXCLUSIVE, "transaction 733"),
                waiting(10, APP, SHARE, "transaction 733"));
        log.sessions.operationEnded(APP, at(15));
        log.noSnapshot();
        for (int i = 0; i < 2 * SessionOperations.CAPACITY; i++) {
            log.sessions.operationStarted(APP, new OperationName(VersionRole.OLD, "other"), at(20 + i));
        }

        assertThat(waitOf(log.finish(10_000), APP).duration()).isEqualTo(millis(5));
    }

    @Test
    void two_waits_for_the_same_lock_are_two() {
        seen(10.4, held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        seen(12, held(MIGRATION, ALTER, CUSTOMER), waiting(11.5, APP, READ, CUSTOMER));
        seen(12.5);

        assertThat(log.finish(100)).extracting(LockWait::begin).containsExactly(at(10), at(11.5));
    }

    @Test
    void the_end_that_the_log_lost_is_taken_from_the_snapshots() {
        log.waits(10, APP, READ, CUSTOMER, pids(MIGRATION), pids(APP));
        seen(10.5, held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        seen(39.5, held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        seen(40.5);

        assertThat(waitOf(log.finish(10_000), APP).duration()).isEqualTo(millis(30));
    }

    @Test
    void who_queues_behind_the_waiting_migration_is_in_its_queue() {
        LockRow report = held(BLOCKER, READ, CUSTOMER);
        LockRow alter = waiting(5, MIGRATION, ALTER, CUSTOMER);
        log.timeline.statementStarted(MIGRATION, DDL, at(4));
        seen(10.4, report, alter, waiting(10, APP, READ, CUSTOMER));
        seen(20);

        LockWait wait = waitOf(log.finish(100), APP);
        assertThat(wait.cause()).isEqualTo(Cause.LOCK_QUEUE);
        assertThat(wait.culprit()).isEqualTo(DDL);
        assertThat(wait.chain())
                .containsExactly("migration (pid 100) was waiting for AccessExclusiveLock on customer behind"
                        + " blocking session (pid 300)");
    }

    @Test
    void the_cause_is_the_one_that_lasted_longest() {
        LockRow wait = waiting(10, APP, READ, CUSTOMER);
        seen(10.5, held(BLOCKER, READ, CUSTOMER), waiting(5, MIGRATION, ALTER, CUSTOMER), wait);
        seen(60, held(MIGRATION, ALTER, CUSTOMER), wait);
        seen(61);

        LockWait judged = waitOf(log.finish(100), APP);
        assertThat(judged.cause()).isEqualTo(Cause.LOCK_QUEUE);
        assertThat(judged.causedDuration()).isEqualTo(judged.duration());
    }

    @Test
    void who_came_before_the_migration_did_not_wait_for_it() {
        seen(
                10.4,
                held(APP2, EXCLUSIVE, CUSTOMER),
                waiting(9, APP, READ, CUSTOMER),
                waiting(10, MIGRATION, ALTER, CUSTOMER));
        seen(20);

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.CONTENTION);
    }

    @Test
    void who_holds_the_table_already_is_put_before_the_waiting_migration() {
        seen(
                10.4,
                held(APP2, SHARE, CUSTOMER),
                held(APP, READ, CUSTOMER),
                waiting(9, MIGRATION, ALTER, CUSTOMER),
                waiting(10, APP, WRITE, CUSTOMER));
        seen(20);

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.CONTENTION);
    }

    @Test
    void a_mode_that_lets_the_session_pass_is_not_blamed() {
        seen(10.4, held(MIGRATION, READ, CUSTOMER), held(APP2, SHARE, CUSTOMER), waiting(10, APP, WRITE, CUSTOMER));
        seen(20);

        LockWait wait = waitOf(log.finish(100), APP);
        assertThat(wait.cause()).isEqualTo(Cause.CONTENTION);
        assertThat(wait.chain()).containsExactly("old version (pid 202) held the lock");
    }

    @Test
    void a_chain_over_rows_leads_to_the_migration() {
        seen(
                10.4,
                held(MIGRATION, ALTER, CUSTOMER),
                waiting(8, APP2, WRITE, CUSTOMER),
                held(APP2, EXCLUSIVE, "transaction 733"),
                held(APP3, EXCLUSIVE, ROW),
                waiting(9, APP3, SHARE, "transaction 733"),
                waiting(10, APP, EXCLUSIVE, ROW));
        seen(20);

        LockWait wait = waitOf(log.finish(100), APP);
        assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
        assertThat(wait.chain())
                .containsExactly(
                        "new version (pid 203) held the lock and was waiting for ShareLock on transaction 733",
                        "old version (pid 202) held the lock and was waiting for RowExclusiveLock on customer",
                        "migration (pid 100) held the lock");
    }

    @Test
    void the_migration_is_not_blamed_for_being_next_at_a_row() {
        seen(
                10.4,
                held(APP2, EXCLUSIVE, "transaction 733"),
                held(MIGRATION, EXCLUSIVE, ROW),
                waiting(9, MIGRATION, SHARE, "transaction 733"),
                waiting(10, APP, EXCLUSIVE, ROW));
        seen(20);

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.CONTENTION);
    }

    @Test
    void contention_of_less_than_a_millisecond_is_not_reported() {
        seen(10.4, held(APP2, EXCLUSIVE, "transaction 733"), waiting(10, APP, SHARE, "transaction 733"));
        seen(10.9);

        assertThat(log.finish(100)).isEmpty();
        assertThat(log.contention()).isEmpty();
    }

    @Test
    void the_culprit_is_the_statement_that_took_the_lock_and_the_chain_says_what_kept_it() {
        log.timeline.statementStarted(MIGRATION, EARLIER, at(1));
        log.timeline.statementEnded(MIGRATION, at(2));
        log.snapshot(LockSnapshot.ofSession(at(2.5), List.of(held(MIGRATION, ALTER, CUSTOMER))));
        log.timeline.statementStarted(MIGRATION, DDL, at(3));
        seen(40, held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        seen(41);

        LockWait wait = waitOf(log.finish(100), APP);
        assertThat(wait.culprit()).isEqualTo(EARLIER);
        assertThat(wait.chain())
                .containsExactly("migration (pid 100) held the lock since V2.sql:1 and kept it during V2.sql:3"
                        + " alter table customer add token uuid");
    }

    /** Its number is gone before its locks are. */
    @Test
    void a_transaction_seen_while_it_ends_does_not_pass_its_locks_on_to_the_next_one() {
        LockTarget customer = LockTarget.parse(CUSTOMER);
        LockRow ending = new LockRow(MIGRATION, "3/0", customer, ALTER, true, null);
        log.timeline.statementStarted(MIGRATION, EARLIER, at(1));
        seen(1.5, ending, waiting(1.2, APP, READ, CUSTOMER));
        log.timeline.statementStarted(MIGRATION, DDL, at(20));
        seen(20.5, held(MIGRATION, ALTER, CUSTOMER), waiting(20.2, APP, READ, CUSTOMER));
        seen(22, ending, waiting(20.2, APP, READ, CUSTOMER));
        seen(23);

        assertThat(log.finish(100)).extracting(LockWait::culprit).containsExactly(EARLIER, DDL);
    }

    @Test
    void a_weaker_lock_of_an_earlier_statement_is_not_the_culprits() {
        log.timeline.statementStarted(MIGRATION, EARLIER, at(1));
        log.timeline.statementEnded(MIGRATION, at(2));
        log.snapshot(LockSnapshot.ofSession(at(2.5), List.of(held(MIGRATION, READ, CUSTOMER))));
        log.timeline.statementStarted(MIGRATION, DDL, at(3));
        seen(40, held(MIGRATION, READ, CUSTOMER), held(MIGRATION, ALTER, CUSTOMER), waiting(10, APP, READ, CUSTOMER));
        seen(41);

        assertThat(waitOf(log.finish(100), APP).culprit()).isEqualTo(DDL);
    }

    @Test
    void the_culprit_of_a_wait_for_a_row_is_the_statement_that_locked_rows_of_that_table() {
        log.timeline.statementStarted(MIGRATION, EARLIER, at(1));
        log.timeline.statementEnded(MIGRATION, at(2));
        log.snapshot(LockSnapshot.ofSession(at(2.5), List.of(held(MIGRATION, WRITE, CUSTOMER))));
        log.timeline.statementStarted(MIGRATION, DDL, at(3));
        seen(
                11,
                held(MIGRATION, EXCLUSIVE, "transaction 733"),
                held(APP, EXCLUSIVE, ROW),
                held(MIGRATION, WRITE, CUSTOMER),
                waiting(10, APP, SHARE, "transaction 733"));
        seen(41);

        assertThat(waitOf(log.finish(100), APP).culprit()).isEqualTo(EARLIER);
    }
}
