package dev.zdm.observation;

import static dev.zdm.observation.LockLog.ALTER;
import static dev.zdm.observation.LockLog.APP;
import static dev.zdm.observation.LockLog.APP2;
import static dev.zdm.observation.LockLog.BLOCKER;
import static dev.zdm.observation.LockLog.CUSTOMER;
import static dev.zdm.observation.LockLog.DDL;
import static dev.zdm.observation.LockLog.EARLIER;
import static dev.zdm.observation.LockLog.EXCLUSIVE;
import static dev.zdm.observation.LockLog.FIND;
import static dev.zdm.observation.LockLog.MIGRATION;
import static dev.zdm.observation.LockLog.READ;
import static dev.zdm.observation.LockLog.SHARE;
import static dev.zdm.observation.LockLog.STRANGER;
import static dev.zdm.observation.LockLog.at;
import static dev.zdm.observation.LockLog.detail;
import static dev.zdm.observation.LockLog.millis;
import static dev.zdm.observation.LockLog.pids;
import static dev.zdm.observation.LockLog.waitOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.LockWait.Cause;
import dev.zdm.postgres.Relation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How waits are read from the log: begin, end, who is reported and what is ignored. */
class LockWaitTrackerTest {
    private final LockLog log = new LockLog();

    @Test
    void a_wait_for_the_migration_has_all_its_facts() {
        log.timeline.statementStarted(MIGRATION, EARLIER, at(1));
        log.timeline.statementEnded(MIGRATION, at(2));
        log.timeline.statementStarted(MIGRATION, DDL, at(5));
        log.sessions.operationStarted(APP, FIND, at(9.5));
        log.waits(10, APP, READ, CUSTOMER, pids(MIGRATION), pids(APP));
        log.acquires(10, 60.25, APP, READ, CUSTOMER);

        assertThat(log.finish(100))
                .containsExactly(new LockWait(
                        SessionRole.OLD_VERSION,
                        APP,
                        FIND,
                        READ,
                        "relation 16385",
                        new Relation("public", "customer"),
                        at(10),
                        millis(50.25),
                        Cause.MIGRATION,
                        millis(50.25),
                        DDL,
                        List.of("migration (pid 100) held the lock")));
    }

    @Test
    void the_culprit_is_the_last_statement_where_the_migration_is_between_two() {
        log.timeline.statementStarted(MIGRATION, DDL, at(1));
        log.timeline.statementEnded(MIGRATION, at(2));
        log.timeline.statementStarted(MIGRATION, EARLIER, at(30));
        log.waits(10, APP, READ, CUSTOMER, pids(MIGRATION), pids(APP));

        assertThat(waitOf(log.finish(100), APP).culprit()).isEqualTo(DDL);
    }

    @Test
    void an_error_of_the_same_session_ends_a_wait() {
        log.waits(10, APP, READ, CUSTOMER, pids(MIGRATION), pids(APP));
        log.error(30, APP2, "division by zero");
        log.error(60, APP, "canceling statement due to lock timeout");

        assertThat(waitOf(log.finish(100), APP).duration()).isEqualTo(millis(50));
    }

    @Test
    void the_end_of_the_session_ends_a_wait() {
        log.waits(10, APP, READ, CUSTOMER, pids(MIGRATION), pids(APP));
        log.entry(40, APP, "zdm", "FATAL", "terminating connection due to administrator command", null);

        assertThat(waitOf(log.finish(100), APP).duration()).isEqualTo(millis(30));
    }

    @Test
    void the_phase_ends_an_open_wait() {
        log.waits(10, APP, READ, CUSTOMER, pids(MIGRATION), pids(APP));

        assertThat(waitOf(log.finish(100), APP).duration()).isEqualTo(millis(90));
    }

    @Test
    void the_operation_ends_a_wait_whose_error_was_swallowed() {
        log.sessions.operationStarted(APP, FIND, at(9));
        log.sessions.operationEnded(APP, at(30));
        log.waits(10, APP, READ, CUSTOMER, pids(MIGRATION), pids(APP));

        assertThat(waitOf(log.finish(100), APP).duration()).isEqualTo(millis(20));
    }

    @Test
    void a_next_wait_ends_a_forgotten_one() {
        log.waits(10, MIGRATION, ALTER, CUSTOMER, pids(BLOCKER), pids(MIGRATION));
        log.waits(60, MIGRATION, ALTER, CUSTOMER, pids(BLOCKER), pids(MIGRATION));

        assertThat(log.finish(100)).extracting(LockWait::duration).containsExactly(millis(50), millis(40));
    }

    /** {@code ProcSleep} writes "still waiting" again whenever something wakes the session before its time. */
    @Test
    void a_repeated_entry_is_the_same_wait() {
        log.waits(10, APP, READ, CUSTOMER, pids(MIGRATION), pids(APP));
        log.line(31, APP, "still waiting for " + READ + " on " + CUSTOMER, 20.8, detail(pids(BLOCKER), pids(APP)));
        log.acquires(10, 50, APP, READ, CUSTOMER);

        LockWait wait = waitOf(log.finish(100), APP);
        assertThat(wait.duration()).isEqualTo(millis(40));
        assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
    }

    @Test
    void an_entry_that_the_server_wrote_late_is_still_of_the_same_wait() {
        log.waits(10, APP, READ, CUSTOMER, pids(MIGRATION), pids(APP));
        log.line(22, APP, "acquired " + READ + " on " + CUSTOMER, 5, null);

        LockWait wait = waitOf(log.finish(100), APP);
        assertThat(wait.begin()).isEqualTo(at(10));
        assertThat(wait.duration()).isEqualTo(millis(5));
    }

    @Test
    void a_deadlock_is_a_wait_that_ends_when_it_is_found() {
        log.waits(10, MIGRATION, SHARE, "transaction 7", pids(APP), pids(MIGRATION));
        log.line(
                13,
                APP,
                "detected deadlock while waiting for " + SHARE + " on transaction 8",
                1.5,
                detail(pids(MIGRATION), pids()));
        log.error(14, APP, "deadlock detected");
        log.acquires(10, 14, MIGRATION, SHARE, "transaction 7");

        List<LockWait> waits = log.finish(100);
        assertThat(waitOf(waits, APP).cause()).isEqualTo(Cause.MIGRATION);
        assertThat(waitOf(waits, APP).duration()).isEqualTo(millis(1.5));
        assertThat(waitOf(waits, MIGRATION).cause()).isEqualTo(Cause.CONTENTION);
    }

    @Test
    void a_deadlock_avoided_goes_on_as_a_wait() {
        log.line(
                11,
                APP,
                "avoided deadlock for " + READ + " on " + CUSTOMER + " by rearranging queue order",
                1,
                detail(pids(MIGRATION), pids(APP)));
        log.line(11, APP, "still waiting for " + READ + " on " + CUSTOMER, 1, detail(pids(MIGRATION), pids(APP)));
        log.acquires(10, 30, APP, READ, CUSTOMER);

        assertThat(waitOf(log.finish(100), APP).duration()).isEqualTo(millis(20));
    }

    @Test
    void a_failed_wait_is_over() {
        log.waits(10, APP, READ, CUSTOMER, pids(MIGRATION), pids(APP));
        log.line(30, APP, "failed to acquire " + READ + " on " + CUSTOMER, 20, detail(pids(MIGRATION), pids()));

        assertThat(waitOf(log.finish(100), APP).duration()).isEqualTo(millis(20));
    }

    @Test
    void a_cut_message_is_ignored_and_a_cut_detail_blames_nobody() {
        log.line(11, APP2, "still waiting for " + READ + " on rela", 1, null);
        log.entry(12, APP2, "zdm", "LOG", "process 202 still waiting for AccessShareLock on relation 1638", null);
        log.line(21, APP, "still waiting for " + READ + " on " + CUSTOMER, 1, "Process holding the lock: 10");
        log.acquires(20, 40, APP, READ, CUSTOMER);

        LockWait wait = waitOf(log.finish(100), APP);
        assertThat(wait.cause()).isEqualTo(Cause.CONTENTION);
        assertThat(wait.chain()).isEmpty();
    }

    @Test
    void words_that_only_look_like_a_wait_are_ignored() {
        log.entry(5, APP, "zdm", "LOG", "process 201 acquired", null);
        log.entry(6, APP, "zdm", "LOG", "process 99999999999 acquired ShareLock on transaction 1 after 1.000 ms", null);
        log.entry(7, APP, "zdm", "LOG", "Prozess 201 wartet noch auf ShareLock", "kaputt");
        log.entry(8, APP, "zdm", "NOTICE", "process 201 acquired ShareLock on transaction 1 after 1.000 ms", null);

        assertThat(log.finish(100)).isEmpty();
    }

    @Test
    void sessions_of_other_databases_are_ignored() {
        log.entry(
                11,
                APP,
                "other",
                "LOG",
                "process 201 still waiting for AccessShareLock on relation 16385 of database 6 after 1.000 ms",
                detail(pids(MIGRATION), pids(APP)));

        assertThat(log.finish(100)).isEmpty();
    }

    @Test
    void only_announced_sessions_are_reported() {
        log.waits(10, STRANGER, READ, CUSTOMER, pids(MIGRATION), pids(STRANGER));
        log.waits(10, BLOCKER, READ, CUSTOMER, pids(MIGRATION), pids(STRANGER, BLOCKER));

        assertThat(log.finish(100)).isEmpty();
    }

    @Test
    void a_wait_granted_while_it_was_written_takes_its_holders_from_a_peer() {
        log.waits(10, APP, READ, CUSTOMER, pids(MIGRATION), pids(APP, APP2));
        log.acquires(10, 30, APP, READ, CUSTOMER);
        log.acquires(9, 30, APP2, READ, CUSTOMER);

        assertThat(waitOf(log.finish(100), APP2).cause()).isEqualTo(Cause.MIGRATION);
    }

    @Test
    void waits_come_by_begin_and_early_ones_are_judged_early() {
        for (int i = 0; i < 50; i++) {
            double begin = 10 + i * 100.0;
            log.waits(begin, APP, READ, CUSTOMER, pids(MIGRATION), pids(APP));
            log.acquires(begin, begin + 20, APP, READ, CUSTOMER);
        }

        List<LockWait> waits = log.finish(6000);
        assertThat(waits).hasSize(50).isSortedAccordingTo((a, b) -> a.begin().compareTo(b.begin()));
        assertThat(waits).allSatisfy(wait -> assertThat(wait.cause()).isEqualTo(Cause.MIGRATION));
    }

    @Test
    void of_contention_the_longest_waits_are_kept_and_all_are_counted() {
        log.sessions.operationStarted(APP, FIND, at(0));
        int count = WaitResults.MAX_CONTENTION + 500;
        Duration total = Duration.ZERO;
        for (int i = 0; i < count; i++) {
            double begin = i * 20;
            double waited = 2 + i / 1000.0;
            log.waits(begin, APP, EXCLUSIVE, "tuple (0,1) of relation 16385 of database 5", pids(APP2), pids(APP));
            log.acquires(begin, begin + waited, APP, EXCLUSIVE, "tuple (0,1) of relation 16385 of database 5");
            total = total.plus(millis(waited));
        }

        List<LockWait> waits = log.finish(count * 20 + 100);
        assertThat(waits).hasSize(WaitResults.MAX_CONTENTION);
        assertThat(waits.get(0).duration()).isEqualTo(millis(2.5));
        assertThat(log.contention())
                .containsExactly(new ContentionSummary(
                        SessionRole.OLD_VERSION, FIND, count, total, millis(2 + (count - 1) / 1000.0)));
    }
}
