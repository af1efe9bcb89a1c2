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
import static dev.zdm.observation.LockLog.MIGRATION;
import static dev.zdm.observation.LockLog.READ;
import static dev.zdm.observation.LockLog.SHARE;
import static dev.zdm.observation.LockLog.STRANGER;
import static dev.zdm.observation.LockLog.WRITE;
import static dev.zdm.observation.LockLog.at;
import static dev.zdm.observation.LockLog.millis;
import static dev.zdm.observation.LockLog.pids;
import static dev.zdm.observation.LockLog.waitOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.LockWait.Cause;
import dev.zdm.postgres.LockMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who is blamed for a wait. */
class AttributionTest {
    private static final String ROW = "tuple (0,1) of relation 16385 of database 5";

    private final LockLog log = new LockLog();

    @Test
    void a_row_that_the_migration_changed_is_the_migrations_fault() {
        log.timeline.statementStarted(MIGRATION, DDL, at(1));
        log.waits(10, APP, SHARE, "transaction 733", pids(MIGRATION), pids(APP));
        log.acquires(10, 50, APP, SHARE, "transaction 733");

        LockWait wait = waitOf(log.finish(100), APP);
        assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
        assertThat(wait.target()).isEqualTo("transaction 733");
        assertThat(wait.relation()).isNull();
        assertThat(wait.culprit()).isEqualTo(DDL);
    }

    @Test
    void who_queues_behind_the_waiting_migration_waits_in_its_queue() {
        log.timeline.statementStarted(MIGRATION, DDL, at(4));
        log.timeline.statementEnded(MIGRATION, at(60));
        log.timeline.statementStarted(MIGRATION, EARLIER, at(61));
        log.waits(5, MIGRATION, ALTER, CUSTOMER, pids(BLOCKER), pids(MIGRATION));
        log.waits(20, APP, READ, CUSTOMER, pids(BLOCKER), pids(MIGRATION, APP));
        log.acquires(5, 60, MIGRATION, ALTER, CUSTOMER);
        log.acquires(20, 80, APP, READ, CUSTOMER);

        List<LockWait> waits = log.finish(100);
        LockWait wait = waitOf(waits, APP);
        assertThat(wait.cause()).isEqualTo(Cause.LOCK_QUEUE);
        assertThat(wait.causedDuration()).isEqualTo(millis(60));
        assertThat(wait.culprit()).isEqualTo(DDL);
        assertThat(wait.chain())
                .containsExactly("migration (pid 100) was waiting for AccessExclusiveLock on customer"
                        + " behind blocking session (pid 300)");
        LockWait own = waitOf(waits, MIGRATION);
        assertThat(own.cause()).isEqualTo(Cause.CONTENTION);
        assertThat(own.chain()).containsExactly("blocking session (pid 300) held the lock");
    }

    @Test
    void who_waits_for_one_that_waits_for_the_migration_waits_for_the_migration_as_long_as_that() {
        log.timeline.statementStarted(MIGRATION, DDL, at(1));
        log.waits(10, APP, WRITE, CUSTOMER, pids(MIGRATION), pids(APP));
        log.waits(20, APP2, SHARE, "transaction 9", pids(APP), pids(APP2));
        log.waits(30, APP3, EXCLUSIVE, ROW, pids(APP2), pids(APP3));
        log.acquires(10, 60, APP, WRITE, CUSTOMER);
        log.acquires(20, 70, APP2, SHARE, "transaction 9");
        log.acquires(30, 71, APP3, EXCLUSIVE, ROW);

        List<LockWait> waits = log.finish(100);
        assertThat(waitOf(waits, APP2).causedDuration()).isEqualTo(millis(40));
        LockWait wait = waitOf(waits, APP3);
        assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
        assertThat(wait.duration()).isEqualTo(millis(41));
        assertThat(wait.causedDuration()).isEqualTo(millis(30));
        assertThat(wait.culprit()).isEqualTo(DDL);
        assertThat(wait.chain())
                .containsExactly(
                        "old version (pid 202) held the lock and was waiting for ShareLock on transaction 9",
                        "old version (pid 201) held the lock and was waiting for RowExclusiveLock on customer",
                        "migration (pid 100) held the lock");
    }

    @Test
    void two_waits_of_the_holder_for_the_migration_add_up() {
        log.waits(10, APP, SHARE, "transaction 9", pids(APP2), pids(APP));
        log.waits(20, APP2, WRITE, CUSTOMER, pids(MIGRATION), pids(APP2));
        log.acquires(20, 30, APP2, WRITE, CUSTOMER);
        log.waits(50, APP2, SHARE, "transaction 8", pids(MIGRATION), pids(APP2));
        log.acquires(50, 65, APP2, SHARE, "transaction 8");
        log.acquires(10, 90, APP, SHARE, "transaction 9");

        assertThat(waitOf(log.finish(100), APP).causedDuration()).isEqualTo(millis(25));
    }

    @Test
    void contention_of_the_application_while_the_migration_runs_elsewhere_is_contention() {
        log.timeline.statementStarted(MIGRATION, DDL, at(1));
        log.waits(5, MIGRATION, SHARE, "virtual transaction 4/17", pids(APP2), pids(MIGRATION));
        log.waits(10, APP, SHARE, "transaction 9", pids(APP2), pids(APP));
        log.acquires(10, 50, APP, SHARE, "transaction 9");
        log.acquires(5, 55, MIGRATION, SHARE, "virtual transaction 4/17");

        LockWait wait = waitOf(log.finish(100), APP);
        assertThat(wait.cause()).isEqualTo(Cause.CONTENTION);
        assertThat(wait.causedDuration()).isEqualTo(Duration.ZERO);
        assertThat(wait.culprit()).isNull();
        assertThat(wait.chain()).containsExactly("old version (pid 202) held the lock");
    }

    @Test
    void a_holder_that_had_done_waiting_for_the_migration_before_is_not_followed() {
        log.waits(10, APP2, WRITE, CUSTOMER, pids(MIGRATION), pids(APP2));
        log.acquires(10, 20, APP2, WRITE, CUSTOMER);
        log.waits(25, APP, SHARE, "transaction 9", pids(APP2), pids(APP));
        log.acquires(25, 40, APP, SHARE, "transaction 9");

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.CONTENTION);
    }

    @Test
    void an_unknown_session_in_the_way_is_contention_and_is_followed() {
        log.waits(5, STRANGER, WRITE, CUSTOMER, pids(MIGRATION), pids(STRANGER));
        log.waits(10, APP, SHARE, "transaction 9", pids(STRANGER), pids(APP));
        log.waits(10, APP2, SHARE, "transaction 6", pids(STRANGER + 1), pids(APP2));

        List<LockWait> waits = log.finish(100);
        assertThat(waitOf(waits, APP).cause()).isEqualTo(Cause.MIGRATION);
        assertThat(waitOf(waits, APP2).cause()).isEqualTo(Cause.CONTENTION);
        assertThat(waitOf(waits, APP2).chain()).containsExactly("other session (pid 901) held the lock");
    }

    /** Nobody holds ACCESS EXCLUSIVE beside another, and nothing else keeps out a reader. */
    @Test
    void a_reader_does_not_wait_for_a_migration_that_holds_the_table_beside_others() {
        log.waits(5, APP3, ALTER, CUSTOMER, pids(APP2), pids(APP3));
        log.waits(30, APP, READ, CUSTOMER, pids(APP2, MIGRATION), pids(APP3, APP));

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.CONTENTION);
    }

    @Test
    void parallel_workers_of_the_migration_do_not_clear_it() {
        log.waits(10, APP, READ, CUSTOMER, pids(MIGRATION, STRANGER), pids(APP));

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.MIGRATION);
    }

    @Test
    void a_writer_waits_for_the_index_build_beside_readers() {
        log.waits(10, APP, WRITE, CUSTOMER, pids(APP2, MIGRATION), pids(APP));

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.MIGRATION);
    }

    @Test
    void a_writer_does_not_wait_for_a_mode_that_is_known_to_let_it_pass() {
        LockLog known = new LockLog((pid, oid, at) -> Optional.of(LockMode.SHARE_UPDATE_EXCLUSIVE));
        known.waits(10, APP, WRITE, CUSTOMER, pids(MIGRATION, BLOCKER), pids(APP));
        known.waits(10, APP2, SHARE, CUSTOMER, pids(MIGRATION, BLOCKER), pids(APP, APP2));

        List<LockWait> waits = known.finish(100);
        assertThat(waitOf(waits, APP).cause()).isEqualTo(Cause.CONTENTION);
        assertThat(waitOf(waits, APP2).cause()).isEqualTo(Cause.MIGRATION);
    }

    /** What the first in the queue waits for says how much of it is the migration's fault. */
    @Test
    void behind_another_that_waits_for_the_migration_only_that_part_is_caused() {
        log.waits(10, APP2, ALTER, CUSTOMER, pids(MIGRATION), pids(APP2));
        log.waits(20, APP, WRITE, CUSTOMER, pids(MIGRATION), pids(APP2, APP));
        log.acquires(10, 50, APP2, ALTER, CUSTOMER);
        log.acquires(20, 90, APP, WRITE, CUSTOMER);

        LockWait wait = waitOf(log.finish(100), APP);
        assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
        assertThat(wait.causedDuration()).isEqualTo(millis(30));
        assertThat(wait.chain())
                .containsExactly(
                        "old version (pid 202) was waiting for AccessExclusiveLock on customer before",
                        "migration (pid 100) held the lock");
    }

    @Test
    void behind_another_that_does_not_wait_for_the_migration_nothing_is() {
        log.waits(10, APP2, SHARE, CUSTOMER, pids(APP3), pids(APP2));
        log.waits(20, APP, WRITE, CUSTOMER, pids(APP3, MIGRATION), pids(APP2, APP));

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.CONTENTION);
    }

    @Test
    void a_waiting_migration_whose_mode_lets_the_session_pass_is_not_in_its_way() {
        log.waits(5, MIGRATION, "ShareUpdateExclusiveLock", CUSTOMER, pids(BLOCKER), pids(MIGRATION));
        log.waits(20, APP, WRITE, CUSTOMER, pids(BLOCKER), pids(MIGRATION, APP));

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.CONTENTION);
    }

    @Test
    void a_migration_that_came_later_is_not_in_the_way() {
        log.waits(10, APP, WRITE, CUSTOMER, pids(BLOCKER), pids(APP));
        log.waits(20, MIGRATION, ALTER, CUSTOMER, pids(BLOCKER), pids(APP, MIGRATION));

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.CONTENTION);
    }

    /** The list is ordered by who touched the lock first: the session had read the table before, the migration not. */
    @Test
    void a_session_that_had_the_table_in_a_weaker_mode_may_be_listed_before_and_yet_queue_behind() {
        log.waits(5, MIGRATION, SHARE, CUSTOMER, pids(APP2), pids(APP, MIGRATION));
        log.waits(20, APP, WRITE, CUSTOMER, pids(APP2), pids(APP, MIGRATION));

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.LOCK_QUEUE);
    }

    @Test
    void a_session_that_the_migration_must_wait_for_anyway_overtakes_it() {
        log.waits(5, MIGRATION, ALTER, CUSTOMER, pids(APP, BLOCKER), pids(MIGRATION));
        log.waits(20, APP, WRITE, CUSTOMER, pids(BLOCKER), pids(APP, MIGRATION));

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.CONTENTION);
    }

    @Test
    void a_migration_that_holds_the_table_and_waits_for_more_is_listed_as_waiting_only() {
        // By the time the server looks, the migration has begun to wait for more itself.
        log.waits(13, MIGRATION, ALTER, CUSTOMER, pids(APP2), pids(MIGRATION, APP));
        log.line(
                15,
                APP,
                "still waiting for " + WRITE + " on " + CUSTOMER,
                5.2,
                LockLog.detail(pids(APP2), pids(MIGRATION, APP)));

        LockWait wait = waitOf(log.finish(100), APP);
        assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
    }

    @Test
    void a_migration_that_waits_for_a_row_does_not_cause_the_wait_of_the_next_in_line() {
        log.waits(5, MIGRATION, SHARE, "transaction 9", pids(APP2), pids(MIGRATION));
        log.waits(20, APP, EXCLUSIVE, ROW, pids(MIGRATION), pids(APP));
        log.acquires(5, 60, MIGRATION, SHARE, "transaction 9");
        log.acquires(20, 60.5, APP, EXCLUSIVE, ROW);
        log.waits(61, APP, SHARE, "transaction 10", pids(MIGRATION), pids(APP));
        log.acquires(61, 80, APP, SHARE, "transaction 10");

        assertThat(log.finish(100).stream().filter(wait -> wait.waiterPid() == APP))
                .extracting(LockWait::cause)
                .containsExactly(Cause.CONTENTION, Cause.MIGRATION);
    }

    /** A holder that begins to wait after it has released the lock, while the server is slow to wake up the session. */
    @Test
    void a_holder_that_waits_longer_than_the_session_is_not_followed() {
        log.waits(10, APP, SHARE, "transaction 9", pids(APP2), pids(APP));
        log.waits(20, APP2, WRITE, CUSTOMER, pids(MIGRATION), pids(APP2));
        log.acquires(10, 23, APP, SHARE, "transaction 9");
        log.acquires(20, 60, APP2, WRITE, CUSTOMER);

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.CONTENTION);
    }

    @Test
    void a_migration_that_goes_on_waiting_while_the_session_gets_its_lock_did_not_stand_in_its_way() {
        log.waits(5, MIGRATION, SHARE, CUSTOMER, pids(BLOCKER), pids(MIGRATION));
        log.waits(10, APP, WRITE, CUSTOMER, pids(BLOCKER), pids(MIGRATION, APP));
        log.acquires(10, 40, APP, WRITE, CUSTOMER);
        log.acquires(5, 80, MIGRATION, SHARE, CUSTOMER);

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.CONTENTION);
    }

    @Test
    void others_that_wait_for_the_same_transaction_are_not_in_the_way() {
        log.waits(5, MIGRATION, SHARE, "transaction 9", pids(APP2), pids(MIGRATION));
        log.waits(20, APP, SHARE, "transaction 9", pids(APP2), pids(MIGRATION, APP));

        assertThat(waitOf(log.finish(100), APP).cause()).isEqualTo(Cause.CONTENTION);
    }

    @Test
    void a_cycle_ends() {
        log.waits(10, APP, SHARE, "transaction 7", pids(APP2), pids(APP));
        log.waits(11, APP2, SHARE, "transaction 8", pids(APP), pids(APP2));

        assertThat(log.finish(100)).extracting(LockWait::cause).containsOnly(Cause.CONTENTION);
    }

    @Test
    void a_long_queue_for_one_row_is_followed_to_its_head() {
        int first = 1000;
        int sessions = 60;
        log.waits(5, first, SHARE, "transaction 9", pids(MIGRATION), pids(first));
        List<Integer> queue = new ArrayList<>();
        for (int i = 1; i < sessions; i++) {
            log.sessions.register(first + i, SessionRole.OLD_VERSION);
            queue.add(first + i);
            log.waits(10 + i * 5, first + i, EXCLUSIVE, ROW, pids(first), queue);
        }
        log.acquires(5, 900, first, SHARE, "transaction 9");

        List<LockWait> waits = log.finish(1000);
        assertThat(waits).hasSize(sessions - 1);
        assertThat(waits).allSatisfy(wait -> {
            assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
            assertThat(wait.causedDuration()).isEqualTo(Duration.between(wait.begin(), at(900)));
        });
    }
}
