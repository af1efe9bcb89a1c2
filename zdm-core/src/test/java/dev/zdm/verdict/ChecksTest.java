package dev.zdm.verdict;

import static dev.zdm.verdict.Histories.CUSTOMER;
import static dev.zdm.verdict.Histories.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.Agreement;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.Footprint.Rewrite;
import dev.zdm.observation.Footprint.Work;
import dev.zdm.observation.Growth;
import dev.zdm.observation.Hiccup;
import dev.zdm.observation.Hiccup.Missing;
import dev.zdm.observation.LockWait.Cause;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.RelationUse;
import dev.zdm.observation.ServerFacts;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.TableAccess;
import dev.zdm.observation.TableAccess.Reads;
import dev.zdm.observation.Window;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Tolerance;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlState;
import dev.zdm.report.DoubtWording;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each check as the pure function that it is; against a real server they are tried by whole rehearsals. */
class ChecksTest {
    private static final Rewrite REWRITE = new Rewrite(CUSTOMER, CUSTOMER, 200_000);
    private static final Work SCAN = new Work(CUSTOMER, 200_000, 0, 0, 200_000, 16_000_000, CUSTOMER, 200_000);

    private final Histories histories = new Histories();

    private Verdict judge() {
        return judge(Tolerance.DEFAULT);
    }

    private Verdict judge(Tolerance tolerance) {
        return Checks.judge(histories.history(), tolerance).verdict();
    }

    private List<Hazard> hazards() {
        return judge().findings().stream().map(Finding::hazard).toList();
    }

    @Test
    void aPhaseInWhichNothingHappenedIsPassed() {
        assertThat(judge()).isEqualTo(new Verdict.Passed());
    }

    @Test
    void aCheckThatBreaksIsInconclusiveAndNeverPassed() {
        histories.latencies.add(Histories.latency(17, 1)); // There is no such window.

        assertThat(judge(Tolerance.DEFAULT.withLatency(Duration.ofMillis(1))).doubts())
                .singleElement()
                .isInstanceOfSatisfying(
                        Doubt.Broke.class, broke -> assertThat(broke.what()).isEqualTo("the check of the latency"));
    }

    @Test
    void violatedComesBeforeInconclusiveAndKeepsTheDoubts() {
        histories.errors.add(Histories.error("42703", "gone", 0, 3, 0));
        histories.invariants.add(Histories.invariant(true, 0, "broken"));

        assertThat(judge()).isInstanceOfSatisfying(Verdict.Violated.class, violated -> {
            assertThat(violated.findings()).hasSize(1);
            assertThat(violated.doubts()).hasSize(1);
        });
    }

    @Test
    void aRehearsalIsNotPassedWhileAPhaseIsMissing() {
        PhaseResult expand = Checks.judge(histories.history(), Tolerance.DEFAULT);
        RehearsalPlan plan = RehearsalPlan.named("split", Baseline.ofSql("select 1"))
                .withPhase(expand.history().phase())
                .withPhase(Phase.of("contract", Change.none()));
        RehearsalResult aborted = new RehearsalResult(
                plan, new ServerFacts("embedded", "18.6", Map.of()), Duration.ZERO, Duration.ZERO, List.of(expand));

        assertThat(aborted.verdictSoFar()).isEqualTo(new Verdict.Passed());
        assertThat(aborted.verdict())
                .isEqualTo(new Verdict.Inconclusive(List.of(new Doubt.NotRehearsed(List.of("contract")))));
    }

    @Test
    void errorsAreClassifiedBySqlState() {
        histories.errors.add(Histories.error("0A000", "ERROR: cached plan must not change result type", 0, 1, 9));
        histories.errors.add(Histories.error("0A000", "ERROR: something else is not supported", 0, 1, 9));
        histories.errors.add(Histories.error("40P01", "ERROR: deadlock detected", 0, 1, 9));
        histories.errors.add(Histories.error("42703", "ERROR: column gone", 0, 1, 9));
        histories.errors.add(
                Histories.error("08P01", "ERROR: bind message has 3 result formats but query has 2 columns", 0, 1, 9));
        histories.errors.add(Histories.error("08P01", "ERROR: invalid string in message", 0, 1, 9));

        assertThat(hazards())
                .containsExactly(
                        Hazard.CACHED_PLAN,
                        Hazard.OLD_APP_ERROR,
                        Hazard.DEADLOCK,
                        Hazard.OLD_APP_ERROR,
                        Hazard.CACHED_PLAN,
                        Hazard.OLD_APP_ERROR);
    }

    @Test
    void whatFailedNowAndThenBeforeTheChangeIsAdvice() {
        histories.errors.add(Histories.error("40001", "ERROR: could not serialize", 2, 3, 500));

        PhaseResult result = Checks.judge(histories.history(), Tolerance.DEFAULT);
        assertThat(result.verdict().isPassed()).isTrue();
        assertThat(result.advice())
                .containsExactly(
                        "operation 'find' (old version) failed with SQLSTATE 40001 already before the change, 2 "
                                + "times: ERROR: could not serialize");
    }

    @Test
    void whatFailedNowAndThenBeforeAndAlwaysOrMuchMoreOftenSinceIsAFinding() {
        histories.errors.add(Histories.error("23505", "ERROR: duplicate key", 1, 300, 400));
        assertThat(hazards()).containsExactly(Hazard.OLD_APP_ERROR);
    }

    @Test
    void whatAlwaysFailedBeforeTheChangeIsInconclusive() {
        histories.errors.add(Histories.error("42703", "ERROR: column gone", 9, 3, 0));

        assertThat(judge()).isInstanceOf(Verdict.Inconclusive.class);
    }

    @Test
    void waitsAreJudgedByWhatTheMigrationCausedWithAFifthToSpare() {
        histories.waits.add(Histories.wait(Cause.CONTENTION, 5000));
        histories.waits.add(Histories.wait(Cause.MIGRATION, 120));
        assertThat(judge().isPassed()).isTrue();

        histories.waits.add(Histories.wait(Cause.MIGRATION, 121));
        histories.waits.add(Histories.wait(Cause.LOCK_QUEUE, 900));
        assertThat(hazards()).containsExactly(Hazard.LOCK_QUEUE, Hazard.LOCK_WAIT);
    }

    @Test
    void theTimeInWhichTheMachineStoodStillIsNobodysFault() {
        histories.waits.add(Histories.wait(Cause.MIGRATION, 200));
        histories.hiccups.add(new Hiccup(
                Missing.PROCESSOR, NOON.plusMillis(900), Duration.ofMillis(200))); // 100 ms of it in the wait.

        assertThat(judge().isPassed()).isTrue();
    }

    @Test
    void theDiskIsToBlameForATransactionThatWroteLittleAndForNoOther() {
        histories.waits.add(Histories.wait(Cause.MIGRATION, 200));
        histories.hiccups.add(new Hiccup(Missing.DISK, NOON.plusMillis(900), Duration.ofMillis(200)));
        assertThat(hazards()).containsExactly(Hazard.LOCK_WAIT); // It is not known what it wrote.

        histories.footprints.add(Histories.writing(1 << 20));
        assertThat(judge().isPassed()).isTrue();

        histories.footprints.add(Histories.writing(1)); // Another statement of the same transaction.
        assertThat(hazards()).containsExactly(Hazard.LOCK_WAIT);
    }

    @Test
    void whatProcessorAndDiskWereMissingForAtTheSameTimeExcusesOnce() {
        histories.waits.add(Histories.wait(Cause.MIGRATION, 240));
        histories.footprints.add(Histories.writing(1));
        histories.hiccups.add(new Hiccup(Missing.DISK, NOON.plusMillis(1050), Duration.ofMillis(70)));
        histories.hiccups.add(new Hiccup(Missing.PROCESSOR, NOON.plusMillis(1000), Duration.ofMillis(100)));
        assertThat(judge().isPassed()).isTrue();

        histories.waits.add(Histories.wait(Cause.MIGRATION, 241));
        assertThat(hazards()).containsExactly(Hazard.LOCK_WAIT);
    }

    @Test
    void aLockTimeoutThatFiresLateIsTheMachinesFault() {
        histories.waits.add(Histories.wait(Cause.LOCK_QUEUE, 190));
        histories.footprints.add(Histories.impatient(Duration.ofMillis(100)));
        assertThat(judge().isPassed()).isTrue();

        histories.footprints.clear();
        histories.footprints.add(Histories.impatient(Duration.ofMillis(130)));
        assertThat(hazards()).containsExactly(Hazard.LOCK_QUEUE);

        histories.footprints.clear();
        histories.footprints.add(Histories.impatient(Duration.ofMillis(20))); // Not what was in force when it waited.
        assertThat(hazards()).containsExactly(Hazard.LOCK_QUEUE);
    }

    @Test
    void aRewriteIsOneFindingWithItsWaitsAsEvidence() {
        histories.footprints.add(Histories.footprint(LockMode.ACCESS_EXCLUSIVE, REWRITE, SCAN));
        histories.waits.add(Histories.wait(Cause.MIGRATION, 2300));

        assertThat(judge().findings())
                .singleElement()
                .isInstanceOfSatisfying(
                        Rewrote.class, rewrote -> assertThat(rewrote.waits()).hasSize(1));
    }

    @Test
    void aQueueBehindARewriteIsAFindingOfItsOwn() {
        histories.footprints.add(Histories.footprint(LockMode.ACCESS_EXCLUSIVE, REWRITE, SCAN));
        histories.waits.add(Histories.wait(Cause.LOCK_QUEUE, 2300));

        assertThat(hazards()).containsExactlyInAnyOrder(Hazard.TABLE_REWRITE, Hazard.LOCK_QUEUE);
        assertThat(judge().findings())
                .filteredOn(Rewrote.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        Rewrote.class, rewrote -> assertThat(rewrote.waits()).isEmpty());
    }

    @Test
    void aRewriteOfATinyOrUnusedTableIsNone() {
        histories.footprints.add(
                Histories.footprint(LockMode.ACCESS_EXCLUSIVE, new Rewrite(CUSTOMER, CUSTOMER, 1000), null));
        assertThat(judge().isPassed()).isTrue();

        histories.footprints.add(Histories.footprint(LockMode.ACCESS_EXCLUSIVE, REWRITE, null));
        histories.use = RelationUse.NONE;
        assertThat(judge().isPassed()).isTrue();
    }

    @Test
    void workUnderALockIsJudgedByWhomTheLockStops() {
        histories.footprints.add(Histories.footprint(LockMode.ACCESS_EXCLUSIVE, null, SCAN));
        assertThat(hazards()).containsExactly(Hazard.ACCESS_EXCLUSIVE_SCAN);

        histories.footprints.set(0, Histories.footprint(LockMode.SHARE, null, SCAN));
        assertThat(hazards()).containsExactly(Hazard.WRITE_BLOCK);

        histories.use = new RelationUse(Set.of(CUSTOMER), Set.of()); // Nobody writes: SHARE stops nobody.
        assertThat(judge().isPassed()).isTrue();

        histories.footprints.set(0, Histories.footprint(LockMode.SHARE_UPDATE_EXCLUSIVE, null, SCAN));
        assertThat(judge().isPassed()).isTrue();
    }

    @Test
    void writingMostOfATableInOneTransactionBlocksItsWriters() {
        histories.footprints.add(Histories.footprint(
                LockMode.ROW_EXCLUSIVE,
                null,
                new Work(CUSTOMER, 0, 1000, 1000, 200_000, 16_000_000, CUSTOMER, 200_000)));
        assertThat(judge().isPassed()).isTrue();

        histories.footprints.add(Histories.footprint(
                LockMode.ROW_EXCLUSIVE,
                null,
                new Work(CUSTOMER, 0, 200_000, 200_000, 200_000, 16_000_000, CUSTOMER, 200_000)));
        assertThat(hazards()).containsExactly(Hazard.WRITE_BLOCK);
    }

    @Test
    void whatTheStatementsOfATransactionWriteAddsUp() {
        Work quarter = new Work(CUSTOMER, 0, 50_000, 50_000, 200_000, 16_000_000, CUSTOMER, 200_000);
        histories.footprints.add(Histories.footprint(LockMode.ROW_EXCLUSIVE, null, quarter));
        assertThat(judge().isPassed()).isTrue();

        histories.footprints.add(Histories.footprint(LockMode.ROW_EXCLUSIVE, null, quarter));
        assertThat(judge().findings()).singleElement().isInstanceOfSatisfying(WorkedUnderLock.class, finding -> {
            assertThat(finding.footprints()).hasSize(2);
            assertThat(finding.work().tuplesWritten()).isEqualTo(100_000);
        });
    }

    @Test
    void aTinyTableMayBeWorkedOnSeveralTimes() {
        histories.footprints.add(Histories.footprint(
                LockMode.ACCESS_EXCLUSIVE, null, new Work(CUSTOMER, 2700, 0, 0, 900, 80_000, CUSTOMER, 900)));
        assertThat(judge().isPassed()).isTrue();
    }

    @Test
    void tinyPartitionsAreNotTinyTogether() {
        Relation first = new Relation("public", "customer_1");
        Relation second = new Relation("public", "customer_2");
        Footprint one =
                Histories.footprint(LockMode.SHARE, null, new Work(first, 900, 0, 0, 900, 80_000, CUSTOMER, 1800));
        Footprint other =
                Histories.footprint(LockMode.SHARE, null, new Work(second, 900, 0, 0, 900, 80_000, CUSTOMER, 1800));
        histories.footprints.add(one);
        assertThat(judge().isPassed()).isTrue();

        histories.footprints.add(other);
        assertThat(hazards()).containsExactly(Hazard.WRITE_BLOCK);
    }

    @Test
    void aQueryThatReadsTheWholeTableInsteadOfAnIndexIsAFinding() {
        Reads byIndex = new Reads(3, 0, 0, 3);
        histories.accesses.add(access(byIndex, new Reads(3, 3, 600_000, 0)));
        assertThat(hazards()).containsExactly(Hazard.PLAN_REGRESSION);

        histories.accesses.set(0, access(byIndex, new Reads(3, 3, 3000, 0))); // A tiny table.
        assertThat(judge().isPassed()).isTrue();
        histories.accesses.set(0, access(byIndex, new Reads(3, 1, 200_000, 2))); // Now and then.
        assertThat(judge().isPassed()).isTrue();
        histories.accesses.set(0, access(new Reads(3, 1, 200_000, 2), new Reads(3, 3, 600_000, 0))); // As before.
        assertThat(judge().isPassed()).isTrue();
    }

    private static TableAccess access(Reads before, Reads after) {
        return new TableAccess(new OperationName(VersionRole.OLD, "find"), "select 1", CUSTOMER, before, after);
    }

    @Test
    void whereTheSizeInProductionIsKnownTheTimeThereIsJudged() {
        histories.footprints.add(Histories.footprint(LockMode.ACCESS_EXCLUSIVE, REWRITE, SCAN));
        histories.growth.add(Histories.growth(Growth.Kind.LINEAR, Duration.ofMillis(100)));
        assertThat(judge().isPassed()).isTrue();

        histories.growth.set(0, Histories.growth(Growth.Kind.LINEAR, Duration.ofMillis(101)));
        assertThat(hazards()).containsExactly(Hazard.TABLE_REWRITE);
        assertThat(judge().findings())
                .singleElement()
                .isInstanceOfSatisfying(
                        Rewrote.class, rewrote -> assertThat(rewrote.growth()).isSameAs(histories.growth.get(0)));
    }

    @Test
    void aTableThatIsTinyOnlyHereIsJudgedByItsSizeInProduction() {
        histories.footprints.add(Histories.footprint(
                LockMode.ACCESS_EXCLUSIVE, null, new Work(CUSTOMER, 500, 0, 0, 500, 16_000, CUSTOMER, 500)));
        assertThat(judge().isPassed()).isTrue();

        histories.growth.add(Histories.growth(Growth.Kind.LINEAR, Duration.ofSeconds(40)));
        assertThat(hazards()).containsExactly(Hazard.ACCESS_EXCLUSIVE_SCAN);

        histories.footprints.set(
                0,
                Histories.footprint(LockMode.SHARE, null, new Work(CUSTOMER, 500, 0, 0, 500, 16_000, CUSTOMER, 500)));
        assertThat(hazards()).containsExactly(Hazard.WRITE_BLOCK);

        histories.use = RelationUse.NONE;
        assertThat(judge().isPassed()).isTrue();
    }

    @Test
    void writingMostOfATableIsJudgedByTheTimeInProduction() {
        histories.footprints.add(Histories.footprint(
                LockMode.ROW_EXCLUSIVE, null, new Work(CUSTOMER, 0, 500, 500, 500, 16_000, CUSTOMER, 500)));
        histories.growth.add(Histories.growth(Growth.Kind.LINEAR, Duration.ofMillis(99)));
        assertThat(judge().isPassed()).isTrue();

        histories.growth.set(0, Histories.growth(Growth.Kind.FASTER, Duration.ofHours(9)));
        assertThat(hazards()).containsExactly(Hazard.WRITE_BLOCK);
    }

    @Test
    void constantWorkIsNoFindingHoweverLongTheLockIsHeld() {
        histories.footprints.add(Histories.footprint(LockMode.ACCESS_EXCLUSIVE, null, SCAN));
        histories.growth.add(Histories.growth(Growth.Kind.CONSTANT, Duration.ofSeconds(1)));

        assertThat(judge().isPassed()).isTrue();
    }

    @Test
    void aTableOfUnknownSizeIsJudgedAsEver() {
        Relation other = new Relation("public", "other");
        histories.use = new RelationUse(Set.of(CUSTOMER, other), Set.of(CUSTOMER, other));
        histories.footprints.add(Histories.footprint(
                LockMode.ACCESS_EXCLUSIVE, null, new Work(other, 5000, 0, 0, 5000, 16_000, other, 5000)));
        histories.growth.add(Histories.growth(Growth.Kind.CONSTANT, Duration.ofMillis(1)));

        assertThat(hazards()).containsExactly(Hazard.ACCESS_EXCLUSIVE_SCAN);
    }

    @Test
    void aBrokenInvariantIsToldOnceByTheDrainedEvaluation() {
        histories.invariants.add(Histories.invariant(false, 1, null));
        histories.invariants.add(Histories.invariant(true, 1, null));

        assertThat(judge().findings())
                .singleElement()
                .isInstanceOfSatisfying(
                        InvariantBroken.class,
                        broken -> assertThat(broken.outcome().drained()).isTrue());
    }

    @Test
    void aFactThatDiffersIsToldOnceByTheComparisonOfAllKeys() {
        histories.agreements.add(Histories.agreement(Agreement.When.UNDER_LOAD, 3, 0));
        histories.agreements.add(Histories.agreement(Agreement.When.DRAINED, 2, 0));

        assertThat(judge().findings()).singleElement().isInstanceOfSatisfying(VersionsDisagree.class, disagree -> {
            assertThat(disagree.agreement().when()).isEqualTo(Agreement.When.DRAINED);
            assertThat(disagree.hazard()).isEqualTo(Hazard.DATA_DRIFT);
        });
    }

    @Test
    void keysThatCouldNotBeComparedAreADoubt() {
        histories.agreements.add(Histories.agreement(Agreement.When.DRAINED, 0, 7));

        assertThat(judge().findings()).isEmpty();
        assertThat(judge().doubts()).singleElement().isInstanceOf(Doubt.NotCompared.class);
    }

    @Test
    void aFailedChangeAndAnInvalidIndexAreFindings() {
        histories.changeFailure = Histories.run(new StatementRun.Failure(new SqlState("25001"), "no transaction"));
        histories.invalidIndexes.add(CUSTOMER);

        assertThat(hazards()).containsExactly(Hazard.NON_TRANSACTIONAL, Hazard.INVALID_INDEX);
    }

    @Test
    void aChangeThatFailedOnlyOnTheQuietCloneIsInconclusive() {
        histories.inspectionFailure = "no such table";

        assertThat(judge())
                .isEqualTo(new Verdict.Inconclusive(List.of(new Doubt.Broke("the inspection", "no such table"))));
    }

    @Test
    void anIncompleteWindowIsInconclusive() {
        histories.windows.add(new Window(WindowKind.TRAFFIC_STEP, 50, NOON, Duration.ofSeconds(30), List.of(), false));

        assertThat(judge().doubts())
                .containsExactly(new Doubt.LoadNotReached(histories.windows.get(2), true))
                .extracting(DoubtWording::of)
                .allMatch(words -> words.endsWith("""
                           do       : before the change it was: see under latency which operation takes longer since; \
                        if none does, lower the rate, or use more workers"""));

        Window steady = histories.windows.get(0);
        histories.windows.set(0, new Window(steady.kind(), 100, steady.begin(), steady.length(), List.of(), false));
        assertThat(judge().doubts())
                .containsExactly(
                        new Doubt.LoadNotReached(histories.windows.get(0), false),
                        new Doubt.LoadNotReached(histories.windows.get(2), false))
                .extracting(DoubtWording::of)
                .allMatch(words -> words.endsWith("\n   do       : lower the rate, or use more workers"));
    }

    @Test
    void latencyIsJudgedOnlyWhereThePlanSaysALimit() {
        histories.latencies.add(Histories.latency(0, 500)); // Before the change.
        histories.latencies.add(Histories.latency(1, 90));
        assertThat(judge(Tolerance.DEFAULT.withLatency(Duration.ofMillis(100))).isPassed())
                .isTrue();

        histories.latencies.add(Histories.latency(1, 101));
        assertThat(judge().isPassed()).isTrue();
        assertThat(judge(Tolerance.DEFAULT.withLatency(Duration.ofMillis(100))).findings())
                .hasSize(1);
    }
}
