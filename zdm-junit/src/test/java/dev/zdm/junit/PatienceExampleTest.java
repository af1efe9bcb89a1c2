package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.zdm.plan.Demand;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.workload.Operation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Patience, limits and interrupts as a user of the annotations sees them, on a real server. */
class PatienceExampleTest {
    private static EngineTestKit.Builder kit(Class<?> type) {
        return TestKit.quiet(selectClass(type))
                .configurationParameter("zdm.rows", "500")
                .configurationParameter("zdm.workers", "2")
                .configurationParameter("zdm.coverage", "1")
                .configurationParameter("zdm.window.min", "100ms")
                .configurationParameter("zdm.durability", "off");
    }

    @Test
    void patient_change_is_green_and_another_one_is_a_lock_queue() {
        EngineExecutionResults results = TestKit.run(kit(PatientTestCase.class));

        assertThat(TestKit.outcomes(results))
                .containsExactly(
                        "patient: green",
                        "impatient: red, ZeroDowntimeViolation Phase 'impatient' is NOT zero-downtime: 3 findings");
        assertThat(TestKit.failure(results, "impatient"))
                .hasMessageContaining("behind a reporting query")
                .hasMessageContaining("[lock-queue]")
                .hasMessageContaining("@Migrate(lockTimeoutMillis = 50) and RetryingRunner");
    }

    @ZeroDowntimeMigration(
            seedMethod = "seed",
            oldVersion = Shop.class,
            newVersion = Shop.class,
            demands = Demand.PATIENT)
    static class PatientTestCase extends Seeded {
        @Phase("patient")
        @Migrate(sql = "alter table product add column discount int", lockTimeoutMillis = 50)
        void patient(PhaseResult result) {
            assertThat(result.company()).as(TextReport.of(result)).hasSize(3);
        }

        @Phase("impatient")
        @Migrate(sql = "alter table product add column note text")
        void impatient() {}
    }

    @Test
    void change_that_takes_too_long_is_stopped() {
        EngineExecutionResults results =
                TestKit.run(kit(EndlessTestCase.class).configurationParameter("zdm.change-timeout", "1s"));

        assertThat(TestKit.failure(results, "endless"))
                .isInstanceOf(ZeroDowntimeViolation.class)
                .hasMessageContaining("[change-failed]")
                .hasMessageContaining("it was stopped after 1.0 s, the limit of a change");
    }

    @ZeroDowntimeMigration(seedMethod = "seed", oldVersion = Shop.class, newVersion = Shop.class)
    static class EndlessTestCase extends Seeded {
        @Phase("endless")
        @Migrate(sql = "select pg_sleep(3600)")
        void endless() {}
    }

    @Test
    void timeout_of_junit_ends_the_rehearsal_and_shows_the_locks() {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        EngineExecutionResults results;
        try {
            results = kit(TimedOutTestCase.class).execute();
        } finally {
            System.setOut(before);
        }

        Throwable failure = TestKit.failure(results, "endless");
        assertThat(failure).hasMessageContaining("timed out after 10 seconds");
        assertThat(failure.getSuppressed()[0])
                .hasMessageStartingWith("phase 'endless' was interrupted: ")
                .hasMessageContaining("select pg_sleep(3600)")
                .hasMessageContaining("(Timeout: PgSleep), waiting for no lock");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "will be interrupted; waits for locks in its rehearsal:\n    no session is waiting for a lock");
    }

    /** Is at its statement after a second or two, on a slow machine after three or four. */
    @ZeroDowntimeMigration(seedMethod = "seed", oldVersion = Shop.class, newVersion = Shop.class)
    static class TimedOutTestCase extends Seeded {
        @Phase("endless")
        @Migrate(sql = "select pg_sleep(3600)")
        @Timeout(value = 10, unit = TimeUnit.SECONDS)
        void endless() {}
    }

    abstract static class Seeded {
        void seed(DataSource database) throws SQLException {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create table product as select id, 10 as price from generate_series(1, 500) id");
            }
        }
    }

    static class Shop {
        private final DataSource database;

        Shop(DataSource database) {
            this.database = database;
        }

        @Operation
        void look() throws SQLException {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("select id, price from product where id = 7");
            }
        }
    }
}
