package dev.zdm.assertions;

import static dev.zdm.assertions.PhaseFixture.idlePhase;
import static dev.zdm.assertions.PhaseFixture.phase;
import static dev.zdm.assertions.ZdmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.LockWait.Cause;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.VersionRole;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.PhaseResult;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PhaseResultAssertTest {
    private static final PhaseResult CLEAN = phase("expand").invariantHeld().judged();
    private static final PhaseResult WAITED =
            phase("expand").waitedForMigration(2312).judged();
    private static final PhaseResult UNCERTAIN = phase("expand").blind().judged();
    private static final Duration LIMIT = Duration.ofMillis(20);

    private static final String WAIT_FINDING = """
            1. lock wait · operation 'find' (old version) waited 2 312 ms                 [lock-wait]
               expected : no operation waits for the migration longer than 100 ms
               found    : 1 operation waited, longest 2 312 ms
                          for AccessShareLock on customer: the migration held AccessExclusiveLock
               caused by: V2__add_token.sql:3  ALTER TABLE customer ADD COLUMN token uuid
               why      : locks are kept until the transaction ends, whatever it does meanwhile
               do       : do the slow part before the lock or in another transaction; commit after each statement
               see      : docs/hazards.md#transaction-kept-open, https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES""";

    @Test
    void anything_holds_of_a_clean_phase_that_is_good() {
        assertThat(CLEAN)
                .isZeroDowntime()
                .hasNoErrors()
                .hasNoLockWaitLongerThan(Duration.ZERO)
                .hasNoDrift()
                .ranOperation(VersionRole.OLD, "find");
    }

    @Test
    void a_description_goes_before_the_message() {
        assertThat(Failure.of(() -> assertThat(WAITED).as("first try").isZeroDowntime()))
                .startsWith("[first try] Phase 'expand' is NOT zero-downtime: 1 finding");
    }

    @Test
    void null_is_no_result() {
        assertThat(Failure.of(() -> assertThat((PhaseResult) null).hasNoErrors()))
                .contains("Expecting actual not to be null");
    }

    @Nested
    class TheVerdict {
        @Test
        void is_zero_downtime_fails_with_every_finding() {
            assertThat(Failure.of(() -> assertThat(WAITED).isZeroDowntime()))
                    .isEqualTo("Phase 'expand' is NOT zero-downtime: 1 finding\n\n" + WAIT_FINDING);
        }

        @Test
        void is_zero_downtime_fails_if_the_run_could_not_tell() {
            assertThat(Failure.of(() -> assertThat(UNCERTAIN).isZeroDowntime())).isEqualTo("""
                            Phase 'expand' is INCONCLUSIVE: 1 doubt

                            1. could not tell · the observation failed: the server log was cut off""");
        }

        @Test
        void is_violated() {
            assertThat(WAITED).isViolated();
            assertThat(Failure.of(() -> assertThat(UNCERTAIN).isViolated())).isEqualTo("""
                            Phase 'expand' is not as expected

                               expected : at least one finding
                               found    : Phase 'expand' is INCONCLUSIVE: 1 doubt

                            1. could not tell · the observation failed: the server log was cut off""");
        }

        @Test
        void is_inconclusive() {
            assertThat(UNCERTAIN).isInconclusive();
            assertThat(Failure.of(() -> assertThat(CLEAN).isInconclusive())).isEqualTo("""
                            Phase 'expand' is not as expected

                               expected : no finding, and at least one reason why the run could not tell
                               found    : Phase 'expand' is zero-downtime""");
        }

        @Test
        void has_finding() {
            assertThat(WAITED).hasFinding(Hazard.LOCK_WAIT);
            assertThat(Failure.of(() -> assertThat(WAITED).hasFinding(Hazard.TABLE_REWRITE)))
                    .isEqualTo("""
                            Phase 'expand' is not as expected

                               expected : a finding [table-rewrite]
                               found    : Phase 'expand' is NOT zero-downtime: 1 finding

                            """ + WAIT_FINDING);
        }

        @Test
        void has_only_findings() {
            PhaseResult both =
                    phase("expand").waitedForMigration(2312).invariantViolated().judged();
            assertThat(both).hasOnlyFindings(Hazard.LOCK_WAIT, Hazard.DATA_DRIFT);
            assertThat(Failure.of(() -> assertThat(both).hasOnlyFindings(Hazard.LOCK_WAIT)))
                    .startsWith(
                            "Phase 'expand' is not as expected\n\n   expected : findings [lock-wait] and no other\n");
            assertThat(Failure.of(() -> assertThat(WAITED).hasOnlyFindings(Hazard.LOCK_WAIT, Hazard.DEADLOCK)))
                    .isEqualTo("""
                            Phase 'expand' is not as expected

                               expected : findings [lock-wait], [deadlock] and no other
                               found    : Phase 'expand' is NOT zero-downtime: 1 finding

                            """ + WAIT_FINDING);
        }
    }

    @Nested
    class Errors {
        @Test
        void an_operation_that_failed_from_the_change_on() {
            PhaseResult failed = phase("expand").operationFailed().judged();
            assertThat(Failure.of(() -> assertThat(failed).hasNoErrors())).isEqualTo("""
                            Phase 'expand' is not as expected

                            1. error · operation 'find' (old version)                                     [old-app-error]
                               expected : no operation fails
                               found    : failed 7 times with SQLSTATE 42703 (and succeeded 3 times since): column "full_name" does not exist
                                          in: select full_name from customer
                               caused by: V2__add_token.sql:3  ALTER TABLE customer ADD COLUMN token uuid
                               why      : the server checks every statement against the schema of this moment
                               do       : keep what the old version needs until no session of it is left: expand first, contract last
                               see      : docs/hazards.md#old-app-error, https://www.postgresql.org/docs/current/errcodes-appendix.html""");
        }

        @Test
        void a_change_that_failed() {
            PhaseResult failed = phase("expand").changeFailed().judged();
            assertThat(Failure.of(() -> assertThat(failed).hasNoErrors())).isEqualTo("""
                            Phase 'expand' is not as expected

                            1. change failed                                                              [change-failed]
                               expected : the change succeeds
                               found    : it failed with SQLSTATE 42701: column "token" already exists
                               caused by: V2__add_token.sql:3  ALTER TABLE customer ADD COLUMN token uuid
                               why      : a statement that fails ends its transaction; statements before it in autocommit stay done
                               do       : make the change work on this data; see the server's message
                               see      : docs/hazards.md#change-failed, https://www.postgresql.org/docs/current/errcodes-appendix.html""");
        }

        @Test
        void now_and_then_already_before_the_change_is_the_applications_own_affair() {
            assertThat(phase("expand").operationFailed(2, 5).judged()).hasNoErrors();
        }

        @Test
        void always_already_before_the_change_leaves_nothing_to_judge() {
            PhaseResult broken = phase("expand").operationFailed(7, 0).judged();
            assertThat(Failure.of(() -> assertThat(broken).hasNoErrors())).startsWith("""
                            Phase 'expand' is not as expected

                            1. could not tell · operation 'find' (old version) failed every time, already before the change""");
        }

        @Test
        void a_phase_in_which_nothing_ran_proves_nothing() {
            assertThat(Failure.of(() -> assertThat(idlePhase("expand").judged()).hasNoErrors()))
                    .isEqualTo("""
                            Phase 'expand' is not as expected

                               expected : the change succeeds and no operation fails
                               found    : no operation ran, so nothing is proven
                               do       : give the plan an application version whose operations get traffic in this phase""");
        }
    }

    @Nested
    class LockWaits {
        @Test
        void longer_than_the_limit_are_findings() {
            PhaseResult waited = phase("expand")
                    .waitedForMigration(21)
                    .waitedForMigration(64)
                    .waited(35, 35, Cause.LOCK_QUEUE)
                    .judged();
            assertThat(waited).isZeroDowntime();
            assertThat(Failure.of(() -> assertThat(waited).hasNoLockWaitLongerThan(LIMIT)))
                    .isEqualTo("""
                            Phase 'expand' is not as expected

                            1. lock wait · operation 'find' (old version) waited 64 ms                    [lock-wait]
                               expected : no operation waits for the migration longer than 20 ms
                               found    : 2 operations waited, longest 64 ms
                                          for AccessShareLock on customer: the migration held AccessExclusiveLock
                               caused by: V2__add_token.sql:3  ALTER TABLE customer ADD COLUMN token uuid
                               why      : locks are kept until the transaction ends, whatever it does meanwhile
                               do       : do the slow part before the lock or in another transaction; commit after each statement
                               see      : docs/hazards.md#transaction-kept-open, https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES

                            2. lock queue · operation 'find' (old version) waited 35 ms                   [lock-queue]
                               expected : no operation waits for the migration longer than 20 ms
                               found    : 1 operation waited, longest 35 ms
                                          for AccessShareLock on customer: the migration held AccessExclusiveLock
                               caused by: V2__add_token.sql:3  ALTER TABLE customer ADD COLUMN token uuid
                               why      : the statement waits for the transactions that are in its way, and everyone who comes after it waits behind it; statement_timeout ends it, but counts in minutes
                               do       : SET lock_timeout to less than the application can wait, and retry until the lock is free, as @Migrate(lockTimeoutMillis = 50) and RetryingRunner do (docs/lock-timeouts.md)
                               see      : docs/hazards.md#no-lock-timeout, https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT""");
        }

        @Test
        void of_exactly_the_limit_hold() {
            assertThat(phase("expand").waitedForMigration(20).judged()).hasNoLockWaitLongerThan(LIMIT);
        }

        @Test
        void count_only_as_far_as_the_migration_caused_them() {
            PhaseResult waited = phase("expand")
                    .waited(500, 20, Cause.MIGRATION)
                    .waited(500, 0, Cause.CONTENTION)
                    .judged();
            assertThat(waited).hasNoLockWaitLongerThan(LIMIT);
        }

        @Test
        void could_not_be_seen_where_the_observation_broke() {
            assertThat(Failure.of(() -> assertThat(UNCERTAIN).hasNoLockWaitLongerThan(LIMIT)))
                    .isEqualTo("""
                            Phase 'expand' is not as expected

                            1. could not tell · the observation failed: the server log was cut off""");
        }

        @Test
        void could_not_occur_where_not_every_operation_ran() {
            assertThat(Failure.of(() ->
                            assertThat(phase("expand").notCovered().judged()).hasNoLockWaitLongerThan(LIMIT)))
                    .contains("1. could not tell · operation 'find' (old version) ran often enough on 1 of 4 sessions");
        }
    }

    @Nested
    class Drift {
        @Test
        void a_violated_invariant() {
            PhaseResult drifted = phase("expand").invariantViolated().judged();
            assertThat(Failure.of(() -> assertThat(drifted).hasNoDrift())).isEqualTo("""
                            Phase 'expand' is not as expected

                            1. data drift · invariant 'names agree'                                       [data-drift]
                               expected : the query returns no row: select id from customer where a <> b
                               found    : 2 rows after the load was drained, the first: id=1 | id=7
                               caused by: V2__add_token.sql:3  ALTER TABLE customer ADD COLUMN token uuid
                               why      : nothing but a constraint or a trigger keeps two values in step that two versions write
                               do       : make the trigger that keeps both in step first, then backfill only rows that are not filled yet
                               see      : docs/hazards.md#data-drift, https://www.postgresql.org/docs/current/plpgsql-trigger.html""");
        }

        @Test
        void an_invariant_that_could_not_be_evaluated() {
            PhaseResult broken = phase("expand").invariantFailed().judged();
            assertThat(Failure.of(() -> assertThat(broken).hasNoDrift())).isEqualTo("""
                            Phase 'expand' is not as expected

                            1. could not tell · invariant 'names agree' could not be evaluated: relation "x" does not exist (SQLSTATE 42P01)
                               do       : let it hold from the phase on whose change brings what it needs, not yet in 'expand': @Invariant(from = …) with the name of that phase""");
        }

        @Test
        void what_was_read_back_proves_something() {
            assertThat(phase("expand").readBack().judged()).hasNoDrift();
        }

        @Test
        void nothing_compared_proves_nothing() {
            assertThat(Failure.of(() -> assertThat(phase("expand").judged()).hasNoDrift()))
                    .isEqualTo("""
                            Phase 'expand' is not as expected

                               expected : every invariant holds, both versions read the same, no acknowledged write is lost
                               found    : no invariant was evaluated and nothing was read back, so nothing is proven
                               do       : give the plan an invariant that holds here, or its versions methods with @ReadBack""");
        }
    }

    @Nested
    class TheLatency {
        @Test
        void within_the_limit_holds() {
            assertThat(phase("expand")
                            .latency(WindowKind.STEADY, 90)
                            .latency(WindowKind.CHANGE, 20)
                            .judged())
                    .hasP99LatencyWithin(LIMIT);
        }

        @Test
        void above_the_limit() {
            PhaseResult slow = phase("expand")
                    .latency(WindowKind.STEADY, 2)
                    .latency(WindowKind.CHANGE, 21)
                    .judged();
            assertThat(Failure.of(() -> assertThat(slow).hasP99LatencyWithin(LIMIT)))
                    .isEqualTo("""
                            Phase 'expand' is not as expected

                            1. latency · operation 'find' (old version)                                   [latency]
                               expected : 99 of 100 operations end within 20 ms
                               found    : within 21 ms, before the change 2.0 ms
                               caused by: no statement of the migration
                               why      : a change shares processor, disk and cache with the application
                               do       : see which statement of the change was running; make it do less at a time
                               see      : docs/hazards.md#latency, https://www.postgresql.org/docs/current/monitoring-stats.html""");
        }

        @Test
        void not_measured_proves_nothing() {
            PhaseResult before = phase("expand").latency(WindowKind.STEADY, 2).judged();
            assertThat(Failure.of(() -> assertThat(before).hasP99LatencyWithin(LIMIT)))
                    .isEqualTo("""
                            Phase 'expand' is not as expected

                               expected : 99 of 100 operations end in time from the change on
                               found    : no latency was measured from the change on, so nothing is proven
                               do       : give the plan an application version and a phase with a change or a traffic step""");
        }
    }

    @Nested
    class RanOperation {
        @Test
        void did_not_run() {
            assertThat(Failure.of(() -> assertThat(CLEAN).ranOperation(VersionRole.NEW, "find")))
                    .isEqualTo("""
                            Phase 'expand' is not as expected

                               expected : operation 'find' (new version) succeeds
                               found    : it did not run; operations that succeeded: 'find' (old version)""");
        }

        @Test
        void only_failed() {
            assertThat(Failure.of(() ->
                            assertThat(phase("expand").notCovered().judged()).ranOperation(VersionRole.OLD, "find")))
                    .isEqualTo("""
                            Phase 'expand' is not as expected

                               expected : operation 'find' (old version) succeeds
                               found    : it only failed""");
        }
    }
}
