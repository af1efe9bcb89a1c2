package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.platform.testkit.engine.EngineExecutionResults;

/** Not every phase is run as a test, and not every test is a phase. */
class SelectionTest {
    private static final String RED = "Phase 'violated' is NOT zero-downtime: 1 finding";

    @Test
    void single_phase_rehearses_those_before_it() {
        EngineExecutionResults results =
                TestKit.run(TestKit.quiet(selectMethod(ThreePhasesTestCase.class, "contract")));

        assertThat(TestKit.outcomes(results)).containsExactly("contract: green");
        assertThat(FakeEngine.EVENTS).containsSubsequence("rehearse expand", "rehearse roll out", "rehearse contract");
    }

    @Test
    void single_phase_is_red_with_the_failure_of_one_before_it() {
        EngineExecutionResults results = TestKit.run(TestKit.quiet(selectMethod(RedFirstTestCase.class, "contract")));

        assertThat(TestKit.outcomes(results)).containsExactly("contract: red, ZeroDowntimeViolation " + RED);
        assertThat(FakeEngine.EVENTS).doesNotContain("rehearse roll out", "rehearse contract");
    }

    @Test
    void disabled_phase_is_rehearsed_on_the_way_to_a_later_one() {
        assertThat(TestKit.outcomes(TestKit.run(DisabledTestCase.class)))
                .containsExactly("expand: skipped, not interesting", "contract: green");
        assertThat(FakeEngine.EVENTS).containsSubsequence("rehearse expand", "rehearse contract");
    }

    @Test
    void other_tests_of_the_class_are_none_of_its_business() {
        assertThat(TestKit.outcomes(TestKit.run(OtherTestsTestCase.class)))
                .containsExactly(
                        "plain(TestInfo): green", "violated: red, ZeroDowntimeViolation " + RED, "last(): green");
    }

    @Test
    void phase_without_a_rehearsal_is_red() {
        assertThat(TestKit.outcomes(TestKit.run(StrayPhaseTestCase.class)))
                .containsExactly("expand(): red, PlanException @Phase on SelectionTest.StrayPhaseTestCase.expand: "
                        + "expected @ZeroDowntimeMigration on SelectionTest.StrayPhaseTestCase, found none");
    }

    @FakeMigration
    static class ThreePhasesTestCase {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @Phase("roll out")
        @Traffic({100, 0})
        void rollOut() {}

        @Phase("contract")
        @Migrate(to = "3")
        void contract() {}
    }

    @FakeMigration
    static class RedFirstTestCase {
        @Phase("violated")
        @Migrate(to = "2")
        void violated() {}

        @Phase("roll out")
        @Traffic({100, 0})
        void rollOut() {}

        @Phase("contract")
        @Migrate(to = "3")
        void contract() {}
    }

    @FakeMigration
    static class DisabledTestCase {
        @Disabled("not interesting")
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @Phase("contract")
        @Migrate(to = "3")
        void contract() {}
    }

    @FakeMigration
    static class OtherTestsTestCase {
        @Test
        void plain(TestInfo info) {
            assertThat(info.getDisplayName()).isEqualTo("plain(TestInfo)");
        }

        @Phase("violated")
        @Migrate(to = "2")
        void violated() {}

        @Test
        void last() {}
    }

    static class StrayPhaseTestCase {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }
}
