package dev.zdm.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.LockWait.Cause;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.WayBack;
import dev.zdm.observation.WayBack.Need;
import dev.zdm.plan.Demand;
import dev.zdm.plan.Tolerance;
import dev.zdm.verdict.OnTheWayBack.Step;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What was seen on the way back under load is judged as on the way forward, and told once. */
class WayBackCheckTest {
    private final Histories forward = new Histories();

    private static PhaseHistory part(Consumer<Histories> about) {
        Histories histories = new Histories();
        about.accept(histories);
        return histories.history();
    }

    private PhaseResult judge(Consumer<Histories> back, Consumer<Histories> again) {
        forward.wayBack = new WayBack(Need.ROLLBACK, null, null, part(back), part(again), null);
        return Checks.judge(forward.history(), Tolerance.DEFAULT);
    }

    private static void nothing(Histories histories) {}

    @Test
    void nothingThatWentWrongIsGreen() {
        assertThat(judge(WayBackCheckTest::nothing, WayBackCheckTest::nothing).verdict())
                .isEqualTo(new Verdict.Passed());
    }

    @Test
    void anErrorIsToldWithTheStepInWhichItWasSeen() {
        PhaseResult result = judge(
                WayBackCheckTest::nothing,
                again -> again.errors.add(Histories.error("42703", "no such column", 0, 3, 0)));

        assertThat(result.verdict().findings()).singleElement().satisfies(finding -> {
            assertThat(finding)
                    .isInstanceOfSatisfying(
                            OnTheWayBack.class,
                            found -> assertThat(found.step()).isEqualTo(Step.AGAIN));
            assertThat(finding.hazard()).isEqualTo(Hazard.OLD_APP_ERROR);
        });
    }

    @Test
    void anErrorOfTheWayForwardIsToldThere() {
        forward.errors.add(Histories.error("42703", "no such column", 0, 3, 0));

        PhaseResult result = judge(
                back -> back.errors.add(Histories.error("42703", "no such column", 0, 3, 0)),
                WayBackCheckTest::nothing);

        assertThat(result.verdict().findings()).singleElement().isInstanceOf(OperationFailed.class);
    }

    @Test
    void aWaitForTheRollbackAndOneForTheRepeatedChangeAreToldWithTheirSteps() {
        PhaseResult result = judge(
                back -> back.waits.add(Histories.wait(Cause.MIGRATION, 900)),
                again -> again.waits.add(Histories.wait(Cause.MIGRATION, 900)));

        assertThat(result.verdict().findings())
                .allSatisfy(finding -> assertThat(finding.hazard()).isEqualTo(Hazard.LOCK_WAIT))
                .extracting(finding -> ((OnTheWayBack) finding).step())
                .containsExactly(Step.ROLLBACK, Step.AGAIN);
    }

    @Test
    void aWaitOfTheWayForwardIsToldThere() {
        forward.waits.add(Histories.wait(Cause.MIGRATION, 900));

        PhaseResult result =
                judge(WayBackCheckTest::nothing, again -> again.waits.add(Histories.wait(Cause.MIGRATION, 900)));

        assertThat(result.verdict().findings()).singleElement().isInstanceOf(WaitedForMigration.class);
    }

    @Test
    void aPhaseWithoutAWayBackIsAdviceUntilThePlanDemandsOne() {
        forward.wayBack = new WayBack(Need.MISSING, null, null, null, null, null);

        PhaseResult usual = Checks.judge(forward.history(), Tolerance.DEFAULT);
        PhaseResult demanded = Checks.judge(forward.history(), List.of(), Tolerance.DEFAULT, Set.of(Demand.REVERSIBLE));

        assertThat(usual.verdict().isPassed()).isTrue();
        assertThat(usual.advice()).contains("this phase has no rollback: it is a point of no return");
        assertThat(demanded.verdict().findings()).singleElement().isInstanceOf(PointOfNoReturn.class);
        assertThat(demanded.advice()).noneMatch(advice -> advice.contains("point of no return"));
    }
}
