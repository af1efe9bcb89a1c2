package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.zdm.database.ContainerServer;
import dev.zdm.verdict.RehearsalResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The way through everything on a PostgreSQL in a container, chosen by annotation and by parameter. */
class ContainerChoiceTest {
    private static final String IMAGE = System.getProperty("zdm.test.image", "postgres:17");
    private static final List<String> SEEN = new ArrayList<>();

    @BeforeAll
    static void needDocker() {
        String trouble = ContainerServer.unavailable().orElse("");
        if (System.getProperty("zdm.test.docker", "").equals("required") && !trouble.isEmpty()) {
            fail("no Docker, but it is required: " + trouble);
        }
        assumeTrue(trouble.isEmpty(), () -> "no Docker: " + trouble);
    }

    @Test
    void the_annotation_chooses_a_container() {
        SEEN.clear();

        EngineExecutionResults results = TestKit.run(
                small(selectClass(SafeTestCase.class)).configurationParameter("zdm.container.image", IMAGE));

        assertThat(TestKit.outcomes(results)).containsExactly("migrate to 2: green", "roll out: green");
        assertThat(SEEN).containsExactly("container of " + IMAGE);
    }

    @Test
    void the_parameter_chooses_a_container_without_touching_the_test() {
        EngineExecutionResults results = TestKit.run(small(selectClass(RealRehearsalTest.HarmfulTestCase.class))
                .configurationParameter("zdm.database", "container")
                .configurationParameter("zdm.container.image", IMAGE));

        assertThat(TestKit.outcomes(results))
                .contains(
                        "expand: green",
                        "contract: red, ZeroDowntimeViolation Phase 'contract' is NOT zero-downtime: 1 finding");
        assertThat(TestKit.failure(results, "contract")).hasMessageContaining("V3__drop_full_name.sql:1");
    }

    private static EngineTestKit.Builder small(ClassSelector testClass) {
        return TestKit.quiet(testClass)
                .configurationParameter("zdm.rows", "500")
                .configurationParameter("zdm.workers", "2")
                .configurationParameter("zdm.coverage", "1")
                .configurationParameter("zdm.window.min", "100ms");
    }

    @OnPostgres(kind = OnPostgres.Kind.CONTAINER)
    @ZeroDowntimeMigration(
            from = "1",
            to = "2",
            locations = "classpath:db/customer",
            seed = "db/customer-seed.sql",
            oldVersion = RealRehearsalTest.Customers.class,
            newVersion = RealRehearsalTest.Customers.class)
    static class SafeTestCase {
        @EveryMigration
        void isZeroDowntime() {}

        @AfterAll
        void remember(RehearsalResult result) {
            SEEN.add(result.server().kind());
        }
    }
}
