package dev.zdm.assertions;

import static dev.zdm.assertions.PhaseFixture.phase;
import static dev.zdm.assertions.PhaseFixture.rehearsal;
import static dev.zdm.assertions.ZdmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RehearsalResultAssertTest {
    private static final PhaseResult EXPAND = phase("expand").judged();
    private static final PhaseResult BACKFILL =
            phase("backfill").invariantHeld().judged();
    private static final PhaseResult DRIFTED =
            phase("backfill").invariantViolated().judged();
    private static final RehearsalResult CLEAN = rehearsal(EXPAND, BACKFILL);
    private static final RehearsalResult NOTHING = rehearsal(List.of("expand", "backfill"));

    private static final String DRIFT_FINDING = """
            1. data drift · invariant 'names agree'                                       [data-drift]
               expected : the query returns no row: select id from customer where a <> b
               found    : 2 rows after the load was drained, the first: id=1 | id=7
               caused by: V2__add_token.sql:3  ALTER TABLE customer ADD COLUMN token uuid
               why      : nothing but a constraint or a trigger keeps two values in step that two versions write
               do       : make the trigger that keeps both in step first, then backfill only rows that are not filled yet
               see      : docs/hazards.md#data-drift, https://www.postgresql.org/docs/current/plpgsql-trigger.html""";

    @Test
    void anything_holds_of_a_clean_rehearsal_that_is_good() {
        assertThat(CLEAN)
                .isZeroDowntime()
                .hasNoErrors()
                .hasNoLockWaitLongerThan(Duration.ZERO)
                .hasNoDrift()
                .hasRehearsedPhases("expand", "backfill")
                .phase("backfill")
                .isZeroDowntime();
    }

    @Test
    void is_zero_downtime_fails_with_the_phases_that_are_not() {
        RehearsalResult drifted = rehearsal(EXPAND, DRIFTED);
        assertThat(Failure.of(() -> assertThat(drifted).isZeroDowntime()))
                .isEqualTo("Phase 'backfill' is NOT zero-downtime: 1 finding\n\n" + DRIFT_FINDING);
    }

    @Test
    void is_zero_downtime_fails_for_half_a_rehearsal() {
        RehearsalResult half = rehearsal(List.of("expand", "backfill"), EXPAND);
        assertThat(Failure.of(() -> assertThat(half).isZeroDowntime())).isEqualTo("""
                        Rehearsal of 'add token' is not as expected

                           expected : every phase of the plan is rehearsed: 'expand', 'backfill'
                           found    : 'expand'""");
    }

    @Test
    void is_zero_downtime_fails_for_a_plan_without_phases() {
        assertThat(Failure.of(() -> assertThat(rehearsal()).isZeroDowntime())).isEqualTo("""
                        Rehearsal of 'add token' is not as expected

                           expected : at least one phase is rehearsed
                           found    : none, so nothing is proven""");
    }

    @Test
    void is_violated() {
        assertThat(rehearsal(EXPAND, DRIFTED)).isViolated();
        assertThat(Failure.of(() -> assertThat(CLEAN).isViolated())).isEqualTo("""
                        Rehearsal of 'add token' is not as expected

                           expected : at least one finding
                           found    : Phase 'expand' is zero-downtime

                        Phase 'backfill' is zero-downtime""");
    }

    @Test
    void is_inconclusive() {
        assertThat(rehearsal(EXPAND, phase("backfill").blind().judged())).isInconclusive();
        assertThat(Failure.of(() -> assertThat(NOTHING).isInconclusive())).isEqualTo("""
                        Rehearsal of 'add token' is not as expected

                           expected : no finding, and at least one reason why the run could not tell
                           found    : no phase was rehearsed""");
    }

    @Test
    void has_no_errors_tells_every_phase() {
        RehearsalResult failed = rehearsal(
                phase("expand").changeFailed().judged(),
                BACKFILL,
                phase("contract").changeFailed().judged());
        String finding = """
                1. change failed                                                              [change-failed]
                   expected : the change succeeds
                   found    : it failed with SQLSTATE 42701: column "token" already exists
                   caused by: V2__add_token.sql:3  ALTER TABLE customer ADD COLUMN token uuid
                   why      : a statement that fails ends its transaction; statements before it in autocommit stay done
                   do       : make the change work on this data; see the server's message
                   see      : docs/hazards.md#change-failed, https://www.postgresql.org/docs/current/errcodes-appendix.html""";
        assertThat(Failure.of(() -> assertThat(failed).hasNoErrors()))
                .isEqualTo("Phase 'expand' is not as expected\n\n" + finding
                        + "\n\nPhase 'contract' is not as expected\n\n" + finding);
    }

    @Test
    void has_no_lock_wait_longer_than() {
        RehearsalResult waited =
                rehearsal(EXPAND, phase("contract").waitedForMigration(64).judged());
        assertThat(waited).hasNoLockWaitLongerThan(Duration.ofMillis(64));
        assertThat(Failure.of(() -> assertThat(waited).hasNoLockWaitLongerThan(Duration.ofMillis(63))))
                .isEqualTo("""
                        Phase 'contract' is not as expected

                        1. lock wait · operation 'find' (old version) waited 64 ms                    [lock-wait]
                           expected : no operation waits for the migration longer than 63 ms
                           found    : 1 operation waited, longest 64 ms
                                      for AccessShareLock on customer: the migration held AccessExclusiveLock
                           caused by: V2__add_token.sql:3  ALTER TABLE customer ADD COLUMN token uuid
                           why      : locks are kept until the transaction ends, whatever it does meanwhile
                           do       : do the slow part before the lock or in another transaction; commit after each statement
                           see      : docs/hazards.md#transaction-kept-open, https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES""");
    }

    @Test
    void nothing_rehearsed_proves_nothing() {
        String nothing = """
                Rehearsal of 'add token' is not as expected

                   expected : at least one phase is rehearsed
                   found    : none, so nothing is proven""";
        assertThat(Failure.of(() -> assertThat(NOTHING).hasNoErrors())).isEqualTo(nothing);
        assertThat(Failure.of(() -> assertThat(NOTHING).hasNoLockWaitLongerThan(Duration.ofMillis(20))))
                .isEqualTo(nothing);
        assertThat(Failure.of(() -> assertThat(NOTHING).hasNoDrift())).isEqualTo(nothing);
    }

    @Test
    void has_no_drift() {
        assertThat(Failure.of(() -> assertThat(rehearsal(EXPAND, DRIFTED)).hasNoDrift()))
                .isEqualTo("Phase 'backfill' is not as expected\n\n" + DRIFT_FINDING);
        assertThat(Failure.of(() -> assertThat(rehearsal(EXPAND)).hasNoDrift())).isEqualTo("""
                        Rehearsal of 'add token' is not as expected

                           expected : every invariant holds, both versions read the same, no acknowledged write is lost
                           found    : no invariant was evaluated and nothing was read back, so nothing is proven
                           do       : give the plan an invariant that holds here, or its versions methods with @ReadBack""");
    }

    @Test
    void has_finding() {
        assertThat(rehearsal(EXPAND, DRIFTED)).hasFinding(Hazard.DATA_DRIFT).hasOnlyFindings(Hazard.DATA_DRIFT);
        assertThat(Failure.of(() -> assertThat(rehearsal(EXPAND)).hasFinding(Hazard.DATA_DRIFT)))
                .isEqualTo("""
                        Rehearsal of 'add token' is not as expected

                           expected : a finding [data-drift]
                           found    : Phase 'expand' is zero-downtime""");
    }

    @Test
    void has_only_findings() {
        assertThat(Failure.of(() -> assertThat(rehearsal(DRIFTED)).hasOnlyFindings(Hazard.DEADLOCK)))
                .isEqualTo("""
                        Rehearsal of 'add token' is not as expected

                           expected : findings [deadlock] and no other
                           found    : Phase 'backfill' is NOT zero-downtime: 1 finding

                        """ + DRIFT_FINDING);
    }

    @Test
    void has_rehearsed_phases_in_this_order() {
        assertThat(Failure.of(() -> assertThat(CLEAN).hasRehearsedPhases("backfill", "expand")))
                .isEqualTo("""
                        Rehearsal of 'add token' is not as expected

                           expected : these phases are rehearsed: 'backfill', 'expand'
                           found    : 'expand', 'backfill'""");
    }

    @Test
    void phase_that_is_not_in_the_plan() {
        assertThat(Failure.of(() -> assertThat(CLEAN).phase("contract"))).isEqualTo("""
                        Rehearsal of 'add token' is not as expected

                           expected : phase 'contract' is rehearsed
                           found    : 'expand', 'backfill'
                           do       : name a phase of the plan: 'expand', 'backfill'""");
    }

    @Test
    void phase_that_the_rehearsal_did_not_reach() {
        assertThat(Failure.of(() -> assertThat(NOTHING).phase("expand"))).isEqualTo("""
                        Rehearsal of 'add token' is not as expected

                           expected : phase 'expand' is rehearsed
                           found    : none
                           do       : see why the rehearsal ended before this phase""");
    }
}
