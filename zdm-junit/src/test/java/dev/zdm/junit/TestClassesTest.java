package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.zdm.verdict.PhaseResult;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What shapes a test class may have, and what several of them share. */
class TestClassesTest {
    @Test
    void every_migration_is_an_invocation_under_the_name_of_its_phase() {
        EngineExecutionResults results = TestKit.run(EveryMigrationTestCase.class);

        assertThat(TestKit.outcomes(results))
                .containsExactly("migrate to 2: green", "migrate to 3: green", "roll out: green");
        assertThat(results.containerEvents().started().stream()
                        .map(event -> event.getTestDescriptor().getDisplayName()))
                .contains("every migration");
    }

    @Test
    void every_migration_after_a_red_one_is_skipped() {
        assertThat(TestKit.outcomes(TestKit.run(EveryMigrationRedTestCase.class)))
                .containsExactly(
                        "migrate to 2: green",
                        "violated 3: red, ZeroDowntimeViolation Phase 'violated 3' is NOT zero-downtime: 1 finding",
                        "roll out: skipped, phase 'violated 3' was red: "
                                + "Phase 'violated 3' is NOT zero-downtime: 1 finding");
    }

    @Test
    void every_migration_without_a_rehearsal_fails() {
        EngineExecutionResults results = TestKit.run(StrayTemplateTestCase.class);

        assertThat(TestKit.failure(results, "everything()"))
                .hasMessage("@EveryMigration on TestClassesTest.StrayTemplateTestCase.everything: expected "
                        + "@ZeroDowntimeMigration on TestClassesTest.StrayTemplateTestCase, found none");
    }

    @Test
    void nested_class_may_be_a_rehearsal_in_a_class_that_is_none() {
        assertThat(TestKit.outcomes(TestKit.run(PlainOuterTestCase.class)))
                .containsExactly(
                        "plain(): green",
                        "violated: red, ZeroDowntimeViolation Phase 'violated' is NOT " + "zero-downtime: 1 finding");
    }

    @Test
    void nested_rehearsal_and_nested_plain_class_are_apart_from_the_rehearsal_around_them() {
        assertThat(TestKit.outcomes(TestKit.run(RehearsalOuterTestCase.class)))
                .containsExactlyInAnyOrder(
                        "violated: red, ZeroDowntimeViolation Phase 'violated' is NOT zero-downtime: 1 finding",
                        "expand: green",
                        "plain(): green");
        assertThat(FakeEngine.EVENTS)
                .as("one is closed before the other opens")
                .containsSubsequence(
                        "open RehearsalOuterTestCase", "close RehearsalOuterTestCase", "open Inner", "close Inner");
    }

    @Test
    void annotations_may_be_composed() {
        assertThat(TestKit.outcomes(TestKit.run(ComposedTestCase.class))).containsExactly("expand: green");
    }

    @Test
    void annotations_and_phases_are_inherited_those_of_the_superclass_first() {
        assertThat(TestKit.outcomes(TestKit.run(InheritingTestCase.class)))
                .containsExactly("expand: green", "contract: green");
    }

    @Test
    void classes_of_one_run_share_one_server() {
        EngineExecutionResults results = TestKit.run(ComposedTestCase.class, EveryMigrationTestCase.class);

        assertThat(TestKit.outcomes(results)).hasSize(4).allMatch(outcome -> outcome.endsWith("green"));
        assertThat(FakeEngine.EVENTS)
                .containsOnlyOnce("start server, durable=true", "stop server")
                .endsWith("stop server");
    }

    @Test
    void classes_that_choose_other_servers_have_their_own() {
        TestKit.run(ComposedTestCase.class, InContainerTestCase.class);

        assertThat(FakeEngine.EVENTS)
                .containsOnlyOnce("start server, durable=true")
                .containsOnlyOnce("start server, Container[image=postgres:17, durable=true, settings={}]");
    }

    @Test
    void wrong_choice_of_a_server_fails_the_class_once_before_any_server_starts() {
        EngineExecutionResults results = TestKit.run(
                TestKit.quiet(selectClass(ComposedTestCase.class)).configurationParameter("zdm.database", "oracle"));

        assertThat(TestKit.failure(results, "TestClassesTest$ComposedTestCase"))
                .hasMessage("configuration parameter zdm.database: expected one of embedded, container, external, "
                        + "found 'oracle'");
        assertThat(FakeEngine.EVENTS).isEmpty();
    }

    @Test
    void durability_is_a_parameter() {
        TestKit.run(TestKit.quiet(selectClass(ComposedTestCase.class)).configurationParameter("zdm.durability", "off"));

        assertThat(FakeEngine.EVENTS).contains("start server, durable=false");
    }

    @Test
    void mistake_fails_the_class_once_before_any_server_starts() {
        EngineExecutionResults results = TestKit.run(MistakenTestCase.class);

        assertThat(results.allEvents().failed().count()).isOne();
        assertThat(TestKit.failure(results, "TestClassesTest$MistakenTestCase"))
                .hasMessage("@Phase on TestClassesTest.MistakenTestCase.second: expected @Migrate, @Traffic or @Flags "
                        + "beside it, found none of them");
        assertThat(TestKit.outcomes(results)).isEmpty();
        assertThat(FakeEngine.EVENTS).isEmpty();
    }

    @Test
    void wrong_parameter_fails_the_class_once_before_any_server_starts() {
        EngineExecutionResults results = TestKit.run(
                TestKit.quiet(selectClass(ComposedTestCase.class)).configurationParameter("zdm.rows", "many"));

        assertThat(TestKit.failure(results, "TestClassesTest$ComposedTestCase"))
                .hasMessage("configuration parameter zdm.rows: expected a whole number of at least 1, found 'many'");
        assertThat(FakeEngine.EVENTS).isEmpty();
    }

    @Test
    void empty_phase_name_fails_the_class_and_not_the_discovery() {
        EngineExecutionResults results = TestKit.run(NamelessTestCase.class);

        assertThat(TestKit.failure(results, "TestClassesTest$NamelessTestCase"))
                .hasMessage("@Phase on TestClassesTest.NamelessTestCase.expand: expected a name, found value = \"\"");
    }

    @Test
    void instance_per_method_is_a_mistake() {
        EngineExecutionResults results = TestKit.run(InstancePerMethodTestCase.class);

        assertThat(TestKit.failure(results, "TestClassesTest$InstancePerMethodTestCase"))
                .hasMessage("@TestInstance on TestClassesTest.InstancePerMethodTestCase: expected PER_CLASS, as "
                        + "@ZeroDowntimeMigration sets it, found PER_METHOD");
    }

    @Test
    void no_two_rehearsals_run_at_once_where_tests_run_in_parallel() {
        EngineExecutionResults results = TestKit.run(parallel(FirstOfTwoTestCase.class, SecondOfTwoTestCase.class));

        assertThat(TestKit.outcomes(results)).hasSize(4).allMatch(outcome -> outcome.endsWith("green"));
        assertThat(FakeEngine.EVENTS)
                .containsOnlyOnce("start server, durable=true")
                .doesNotContain("two at once");
    }

    @Test
    void phases_keep_their_order_where_a_class_insists_on_concurrent_methods() {
        EngineExecutionResults results = TestKit.run(parallel(ConcurrentTestCase.class));

        assertThat(TestKit.outcomes(results)).containsExactlyInAnyOrder("meeting one: green", "meeting two: green");
        assertThat(FakeEngine.EVENTS)
                .containsSubsequence("rehearse meeting one", "rehearse meeting two")
                .containsOnlyOnce("rehearse meeting one", "rehearse meeting two")
                .doesNotContain("two at once");
    }

    @Test
    void no_two_rehearsals_run_at_once_where_both_classes_insist_on_it() {
        EngineExecutionResults results = TestKit.run(parallel(ConcurrentTestCase.class, OtherConcurrentTestCase.class));

        assertThat(TestKit.outcomes(results)).hasSize(4).allMatch(outcome -> outcome.endsWith("green"));
        assertThat(FakeEngine.EVENTS).doesNotContain("two at once");
    }

    private static EngineTestKit.Builder parallel(Class<?>... classes) {
        return TestKit.quiet(TestKit.select(classes))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.mode.classes.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4");
    }

    @FakeMigration
    static class EveryMigrationTestCase {
        @EveryMigration
        void everything(PhaseResult result) {
            assertThat(result).isNotNull();
        }
    }

    @FakeMigration
    static class EveryMigrationRedTestCase {
        @EveryMigration
        void everything() {}
    }

    static class StrayTemplateTestCase {
        @EveryMigration
        void everything() {}
    }

    static class PlainOuterTestCase {
        @Test
        void plain() {}

        @Nested
        @FakeMigration
        class Inner {
            @Phase("violated")
            @Migrate(to = "2")
            void violated() {}
        }
    }

    @FakeMigration
    static class RehearsalOuterTestCase {
        @Phase("violated")
        @Migrate(to = "2")
        void violated() {}

        @Nested
        @FakeMigration
        class Inner {
            @Phase("expand")
            @Migrate(to = "2")
            void expand() {}
        }

        @Nested
        class Plain {
            @Test
            void plain() {}
        }
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @Phase("expand")
    @Migrate(to = "2")
    @interface Expand {}

    @FakeMigration
    static class ComposedTestCase {
        @Expand
        void expand() {}
    }

    @OnPostgres(kind = OnPostgres.Kind.CONTAINER, image = "postgres:17")
    static class InContainerTestCase extends ComposedTestCase {}

    static class InheritingTestCase extends ComposedTestCase {
        @Phase("contract")
        @Migrate(to = "3")
        void contract() {}
    }

    @FakeMigration
    static class MistakenTestCase {
        @Phase("expand")
        @Migrate(to = "2")
        void first() {}

        @Phase("contract")
        void second() {}
    }

    @FakeMigration
    static class NamelessTestCase {
        @Phase("")
        @Migrate(to = "2")
        void expand() {}
    }

    @FakeMigration
    @TestInstance(TestInstance.Lifecycle.PER_METHOD)
    static class InstancePerMethodTestCase {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @FakeMigration
    static class FirstOfTwoTestCase {
        @Phase("meeting one")
        @Migrate(to = "2")
        void one() {}

        @Phase("meeting two")
        @Migrate(to = "3")
        void two() {}
    }

    @FakeMigration
    static class SecondOfTwoTestCase extends FirstOfTwoTestCase {}

    @FakeMigration
    @Execution(ExecutionMode.CONCURRENT)
    static class ConcurrentTestCase extends FirstOfTwoTestCase {}

    @FakeMigration
    @Execution(ExecutionMode.CONCURRENT)
    static class OtherConcurrentTestCase extends FirstOfTwoTestCase {}
}
