package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.workload.Keys;
import dev.zdm.workload.Operation;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.testkit.engine.EngineExecutionResults;

/** The way through everything: annotations, a real server, real load, verdicts. */
class RealRehearsalTest {
    private static final List<String> SEEN = new ArrayList<>();

    @Test
    void safe_migration_is_green_and_a_harmful_one_is_red_on_the_same_server() {
        SEEN.clear();

        EngineExecutionResults results = run(selectClass(SafeTestCase.class), selectClass(HarmfulTestCase.class));

        assertThat(TestKit.outcomes(results))
                .containsExactly(
                        "migrate to 2: green",
                        "roll out: green",
                        "expand: green",
                        "contract: red, ZeroDowntimeViolation Phase 'contract' is NOT zero-downtime: 1 finding",
                        "late: skipped, phase 'contract' was red: Phase 'contract' is NOT zero-downtime: 1 finding");
        assertThat(TestKit.failure(results, "contract"))
                .hasMessageContaining("find")
                .hasMessageContaining("V3__drop_full_name.sql:1");
        assertThat(SEEN).containsExactly("[expand, contract]");
    }

    private static EngineExecutionResults run(DiscoverySelector... selectors) {
        return TestKit.run(TestKit.quiet(selectors)
                .configurationParameter("zdm.rows", "500")
                .configurationParameter("zdm.workers", "2")
                .configurationParameter("zdm.coverage", "1")
                .configurationParameter("zdm.window.min", "100ms")
                .configurationParameter("zdm.durability", "off"));
    }

    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @ZeroDowntimeMigration(
            from = "1",
            to = "2",
            locations = "classpath:db/customer",
            seed = "db/customer-seed.sql",
            oldVersion = Customers.class,
            newVersion = Customers.class)
    @interface CustomerMigration {}

    @CustomerMigration
    static class SafeTestCase {
        @Invariant(from = "roll out")
        String everyCustomerHasAName = "select id from customer where full_name is null";

        @EveryMigration
        void isZeroDowntime(PhaseResult result) {
            assertThat(result.history().invariants()).isNotNull();
        }
    }

    @ZeroDowntimeMigration(
            from = "1",
            locations = "classpath:db/customer",
            seedMethod = "seed",
            oldVersion = Customers.class,
            newVersion = Customers.class)
    static class HarmfulTestCase {
        @Phase("expand")
        @Migrate(to = "2")
        @Rollback(sql = "alter table customer drop column email")
        void expand() {}

        @Phase("contract")
        @Migrate(to = "3")
        void contract() {}

        @Phase("late")
        @Traffic({100, 0})
        void late() {}

        @AfterAll
        void remember(RehearsalResult result) {
            SEEN.add(result.phases().stream().map(PhaseResult::name).toList().toString());
        }

        void seed(DataSource database, long rows) throws SQLException {
            try (Connection connection = database.getConnection();
                    PreparedStatement insert = connection.prepareStatement(
                            "insert into customer select id, 'customer ' || id from generate_series(1, ?) as id")) {
                insert.setLong(1, rows);
                insert.execute();
            }
        }
    }

    static class Customers {
        private final DataSource database;

        Customers(DataSource database) {
            this.database = database;
        }

        @Operation
        void find(Keys keys) throws SQLException {
            try (Connection connection = database.getConnection();
                    PreparedStatement select =
                            connection.prepareStatement("select full_name from customer where id = ?")) {
                select.setLong(1, keys.any());
                select.execute();
            }
        }
    }
}
