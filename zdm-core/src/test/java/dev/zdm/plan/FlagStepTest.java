package dev.zdm.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What steps of flags say, and what is in force at each. */
class FlagStepTest {
    private static final RehearsalPlan PLAN = RehearsalPlan.named("flags", Baseline.ofSql("select 1"))
            .withPhase(Phase.of("expand", Change.statements("select 1")))
            .withPhase(Phase.of("switch", Change.none())
                    .withTraffic(100, 0)
                    .withFlags("write=both, read=old", "read = new", "write=new, clean"))
            .withPhase(Phase.of("contract", Change.statements("select 2")));

    @Test
    void eachStepChangesWhatItNames() {
        assertThat(PLAN.flagsOf(1))
                .extracting(FlagStep::toString)
                .containsExactly("read=old, write=both", "read=new, write=both", "clean=true, read=new, write=new");
    }

    @Test
    void aPhaseKeepsWhatTheOneBeforeLeft() {
        assertThat(PLAN.flagsOf(0)).containsExactly(FlagStep.NONE);
        assertThat(PLAN.flagsOf(2)).extracting(FlagStep::toString).containsExactly("clean=true, read=new, write=new");
    }

    @Test
    void theTrafficComesFirst() {
        assertThat(PLAN.stepsOf(1))
                .extracting(RollOutStep::toString)
                .containsExactly(
                        "100/0 [read=old, write=both]",
                        "0/100 [read=old, write=both]",
                        "0/100 [read=new, write=both]",
                        "0/100 [clean=true, read=new, write=new]");
        assertThat(PLAN.stepsOf(0)).extracting(RollOutStep::toString).containsExactly("100/0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "=new", "read=", "read=old,", "read=old, read=new"})
    void whatIsNoStepIsRefused(String text) {
        assertThatThrownBy(() -> FlagStep.parse(text))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("found '" + text + "'");
    }
}
