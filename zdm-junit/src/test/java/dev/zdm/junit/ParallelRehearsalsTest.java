package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Rehearsals at once, where the user asks for them. */
class ParallelRehearsalsTest {
    private final String before = System.getProperty("zdm.parallel");

    @AfterEach
    void askForWhatWasAskedFor() {
        if (before == null) {
            System.clearProperty("zdm.parallel");
        } else {
            System.setProperty("zdm.parallel", before);
        }
    }

    @Test
    void have_a_server_each() {
        askFor("2");

        EngineExecutionResults results = TestKit.run(parallel(OneTestCase.class, TwoTestCase.class));

        assertThat(TestKit.outcomes(results)).hasSize(2).allMatch(outcome -> outcome.endsWith("green"));
        assertThat(FakeEngine.EVENTS).contains("two at once").doesNotContain("two on one server");
        assertThat(starts()).isEqualTo(2);
        assertThat(Collections.frequency(FakeEngine.EVENTS, "stop server")).isEqualTo(2);
    }

    @Test
    void are_no_more_than_were_asked_for_and_use_servers_again() {
        askFor("2");

        EngineExecutionResults results =
                TestKit.run(parallel(OneTestCase.class, TwoTestCase.class, ThreeTestCase.class, FourTestCase.class));

        assertThat(TestKit.outcomes(results)).hasSize(4).allMatch(outcome -> outcome.endsWith("green"));
        assertThat(FakeEngine.EVENTS)
                .containsOnlyOnce("open OneTestCase", "open FourTestCase")
                .doesNotContain("two on one server");
        assertThat(starts()).isEqualTo(2);
    }

    @Test
    void one_after_the_other_share_one_server() {
        askFor("2");

        TestKit.run(TestKit.quiet(TestKit.select(FirstTestCase.class, SecondTestCase.class)));

        assertThat(FakeEngine.EVENTS).doesNotContain("two at once", "two on one server");
        assertThat(starts()).isEqualTo(1);
    }

    @Test
    void must_be_asked_for_in_the_only_way_that_junit_hears_of_it() {
        EngineExecutionResults results = TestKit.run(
                TestKit.quiet(selectClass(FirstTestCase.class)).configurationParameter("zdm.parallel", "2"));

        assertThat(TestKit.failure(results, "ParallelRehearsalsTest$FirstTestCase"))
                .hasMessage("configuration parameter zdm.parallel: expected as a system property of the tests' JVM, "
                        + "for JUnit plans a run before it tells its parameters, found as a parameter");
    }

    @Test
    void are_refused_on_a_server_that_they_would_share() {
        askFor("2");

        EngineExecutionResults results = TestKit.run(TestKit.quiet(selectClass(FirstTestCase.class))
                .configurationParameter("zdm.database", "external")
                .configurationParameter("zdm.external.url", "jdbc:postgresql://localhost:5432/postgres"));

        assertThat(TestKit.failure(results, "ParallelRehearsalsTest$FirstTestCase"))
                .hasMessage("system property zdm.parallel: expected 1 beside an external server, "
                        + "which all rehearsals share, found '2'");
        assertThat(starts()).isZero();
    }

    @Test
    void a_number_that_is_none_fails_the_class_and_not_the_run() {
        System.setProperty("zdm.parallel", "all");

        EngineExecutionResults results = TestKit.run(TestKit.quiet(selectClass(FirstTestCase.class)));

        assertThat(TestKit.failure(results, "ParallelRehearsalsTest$FirstTestCase"))
                .hasMessage("configuration parameter zdm.parallel: expected a whole number of at least 1, found 'all'");
    }

    private static void askFor(String number) {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "with one processor there is one at a time");
        System.setProperty("zdm.parallel", number);
    }

    private static long starts() {
        return FakeEngine.EVENTS.stream()
                .filter(event -> event.startsWith("start server"))
                .count();
    }

    private static EngineTestKit.Builder parallel(Class<?>... classes) {
        return TestKit.quiet(TestKit.select(classes))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.classes.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4");
    }

    @FakeMigration
    static class OneTestCase {
        @Phase("appointment")
        @Migrate(to = "2")
        void meetsTheOther() {}
    }

    @FakeMigration
    static class TwoTestCase extends OneTestCase {}

    @FakeMigration
    static class ThreeTestCase extends OneTestCase {}

    @FakeMigration
    static class FourTestCase extends OneTestCase {}

    @FakeMigration
    static class FirstTestCase {
        @Phase("meeting")
        @Migrate(to = "2")
        void meetsNobody() {}
    }

    @FakeMigration
    static class SecondTestCase extends FirstTestCase {}
}
