package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.testkit.engine.EngineExecutionResults;

class RehearsalExtensionTest {
    private static final String RED = "Phase 'violated' is NOT zero-downtime: 1 finding";
    private static final List<String> SEEN = new ArrayList<>();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    @Test
    void runs_phases_in_declaration_order_under_their_names() {
        EngineExecutionResults results = TestKit.run(GreenTestCase.class);

        assertThat(TestKit.outcomes(results)).containsExactly("expand: green", "roll out: green", "contract: green");
        assertThat(FakeEngine.EVENTS)
                .containsExactly(
                        "resolve GreenTestCase",
                        "start server, durable=true",
                        "open GreenTestCase",
                        "rehearse expand",
                        "rehearse roll out",
                        "rehearse contract",
                        "close GreenTestCase",
                        "stop server");
    }

    @Test
    void gives_results_to_phases_and_to_methods_that_run_after_all() {
        TestKit.run(GreenTestCase.class);

        assertThat(SEEN)
                .containsExactly("roll out, so far [expand, roll out]", "after all [expand, roll out, contract]");
    }

    @Test
    void publishes_the_verdict_of_each_phase() {
        EngineExecutionResults results = TestKit.run(ViolatedTestCase.class);

        assertThat(results.testEvents().reportingEntryPublished().stream()
                        .map(event ->
                                event.getRequiredPayload(ReportEntry.class).getKeyValuePairs()))
                .containsExactly(
                        Map.of("phase", "expand", "verdict", "passed"),
                        Map.of("phase", "violated", "verdict", "violated, 1 finding"));
    }

    @Test
    void violated_phase_is_red_and_later_ones_are_skipped_with_the_reason() {
        EngineExecutionResults results = TestKit.run(ViolatedTestCase.class);

        assertThat(TestKit.outcomes(results))
                .containsExactly(
                        "expand: green",
                        "violated: red, ZeroDowntimeViolation " + RED,
                        "roll out: skipped, phase 'violated' was red: " + RED,
                        "contract: skipped, phase 'violated' was red: " + RED);
        assertThat(SEEN).as("the body runs before the verdict is enforced").containsExactly("body");
        assertThat(FakeEngine.EVENTS).doesNotContain("rehearse roll out").contains("close ViolatedTestCase");
    }

    @Test
    void inconclusive_phase_is_red_in_other_words() {
        EngineExecutionResults results = TestKit.run(InconclusiveTestCase.class);

        assertThat(TestKit.outcomes(results)).hasSize(2);
        assertThat(TestKit.outcomes(results).get(0)).startsWith("inconclusive: red, InconclusiveRehearsal ");
        assertThat(TestKit.outcomes(results).get(1)).startsWith("contract: skipped, phase 'inconclusive' was red: ");
    }

    @Test
    void broken_rehearsal_is_red_as_it_is_also_where_the_method_has_parameters() {
        EngineExecutionResults results = TestKit.run(BrokenTestCase.class);

        assertThat(TestKit.outcomes(results))
                .containsExactly(
                        "broken: red, IllegalStateException the server was lost",
                        "contract: skipped, phase 'broken' was red: the server was lost");
        assertThat(SEEN).isEmpty();
        assertThat(FakeEngine.EVENTS)
                .containsOnlyOnce("rehearse broken")
                .contains("close BrokenTestCase", "stop server");
    }

    @Test
    void failed_body_comes_first_and_the_verdict_beside_it() {
        EngineExecutionResults results = TestKit.run(FailedBodyTestCase.class);

        Throwable failure = TestKit.failure(results, "violated");
        assertThat(failure).hasMessage("the body says so");
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0])
                .isInstanceOf(ZeroDowntimeViolation.class)
                .hasMessageStartingWith(RED);
        assertThat(TestKit.outcomes(results).get(1))
                .isEqualTo("contract: skipped, phase 'violated' was red: the body says so");
    }

    @Test
    void failed_body_of_a_passed_phase_makes_it_red() {
        assertThat(TestKit.outcomes(TestKit.run(FailedBodyOfPassedTestCase.class)))
                .containsExactly(
                        "expand: red, AssertionError the body says so",
                        "contract: skipped, phase 'expand' was red: the body says so");
    }

    @Test
    void failed_assumption_does_not_hide_a_verdict() {
        EngineExecutionResults results = TestKit.run(AbortedTestCase.class);

        assertThat(TestKit.outcomes(results))
                .containsExactly("expand: aborted", "violated: red, ZeroDowntimeViolation " + RED);
        assertThat(TestKit.failure(results, "violated").getSuppressed()[0]).hasMessageContaining("not today");
    }

    @Test
    void failed_set_up_makes_the_phase_red() {
        assertThat(TestKit.outcomes(TestKit.run(FailedSetUpTestCase.class)))
                .containsExactly(
                        "expand: red, IllegalStateException no set-up",
                        "contract: skipped, phase 'expand' was red: no set-up");
    }

    @Test
    void other_extensions_see_the_verdict_as_any_failure() {
        assertThat(TestKit.outcomes(TestKit.run(ExpectedTestCase.class)))
                .containsExactly("violated: green", "contract: skipped, phase 'violated' was red: " + RED);
    }

    @FakeMigration
    static class GreenTestCase {
        @Phase("expand")
        @Migrate(to = "2")
        void c_expand() {}

        @Phase("roll out")
        @Traffic({100, 0})
        void b_rollOut(PhaseResult result, RehearsalResult soFar) {
            SEEN.add(result.name() + ", so far " + names(soFar));
        }

        @Phase("contract")
        @Migrate(to = "3")
        void a_contract() {}

        @AfterAll
        static void report(RehearsalResult result) {
            SEEN.add("after all " + names(result));
        }

        private static List<String> names(RehearsalResult result) {
            return result.phases().stream().map(PhaseResult::name).toList();
        }
    }

    @FakeMigration
    static class ViolatedTestCase {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @Phase("violated")
        @Migrate(to = "3")
        void violated() {
            SEEN.add("body");
        }

        @Phase("roll out")
        @Traffic({100, 0})
        void rollOut() {}

        @Phase("contract")
        @Migrate(to = "4")
        void contract() {}
    }

    @FakeMigration
    static class InconclusiveTestCase {
        @Phase("inconclusive")
        @Migrate(to = "2")
        void expand() {}

        @Phase("contract")
        @Migrate(to = "3")
        void contract() {}
    }

    @FakeMigration
    static class BrokenTestCase {
        @Phase("broken")
        @Migrate(to = "2")
        void broken(PhaseResult result) {
            SEEN.add("body");
        }

        @Phase("contract")
        @Migrate(to = "3")
        void contract() {}
    }

    @FakeMigration
    static class FailedBodyTestCase {
        @Phase("violated")
        @Migrate(to = "2")
        void violated() {
            fail("the body says so");
        }

        @Phase("contract")
        @Migrate(to = "3")
        void contract() {}
    }

    @FakeMigration
    static class FailedBodyOfPassedTestCase {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {
            fail("the body says so");
        }

        @Phase("contract")
        @Migrate(to = "3")
        void contract() {}
    }

    @FakeMigration
    static class AbortedTestCase {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {
            assumeTrue(false, "not today");
        }

        @Phase("violated")
        @Migrate(to = "3")
        void violated() {
            assumeTrue(false, "not today");
        }
    }

    @FakeMigration
    static class FailedSetUpTestCase {
        @BeforeEach
        void setUp() {
            throw new IllegalStateException("no set-up");
        }

        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @Phase("contract")
        @Migrate(to = "3")
        void contract() {}
    }

    @FakeMigration
    @ExtendWith(ExpectsViolation.class)
    static class ExpectedTestCase {
        @Phase("violated")
        @Migrate(to = "2")
        void violated() {}

        @Phase("contract")
        @Migrate(to = "3")
        void contract() {}
    }

    static class ExpectsViolation implements TestExecutionExceptionHandler {
        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
            if (!(failure instanceof ZeroDowntimeViolation)) {
                throw failure;
            }
        }
    }
}
