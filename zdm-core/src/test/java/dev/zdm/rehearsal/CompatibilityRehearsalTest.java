package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.Incompatible;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.workload.Keys;
import dev.zdm.workload.Operation;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The compatibility matrix in whole rehearsals. */
class CompatibilityRehearsalTest {
    /** So many that the load does not come to draw a certain one of them. */
    private static final long KEYS = 2_000_000_000L;

    private static RehearsalResult run(Phase... phases) {
        RehearsalPlan plan = RehearsalPlan.named(
                        "compatibility",
                        Baseline.ofSql(
                                        "create table item (id bigint primary key, name text, legacy text)",
                                        "insert into item select g, 'n' || g, 'l' || g from generate_series(0, 99) g")
                                .withRows(KEYS))
                .withVersions(ApplicationVersion.of(Older.class), ApplicationVersion.of(Newer.class))
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(100), Duration.ofSeconds(30)));
        for (Phase phase : phases) {
            plan = plan.withPhase(phase);
        }
        return Rehearsal.run(plan, TestServer.get());
    }

    static class Older {
        private final DataSource database;

        Older(DataSource database) {
            this.database = database;
        }

        String column(long key) {
            return key == KEYS ? "legacy" : "name";
        }

        @Operation
        void find(Keys keys) throws SQLException {
            long key = keys.any();
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("select " + column(key) + " from item where id = " + key % 100);
            }
        }
    }

    static final class Newer extends Older {
        Newer(DataSource database) {
            super(database);
        }

        @Override
        String column(long key) {
            return key == KEYS ? "extra" : "name";
        }
    }

    @Test
    void aPathThatTheLoadDoesNotTakeIsRedIfTheTrafficNeedsIt() {
        RehearsalResult result = run(Phase.of(
                "clean up", Change.statements("alter table item add extra text", "alter table item drop legacy")));
        String report = TextReport.of(result);

        assertThat(result.verdict().findings())
                .as(report)
                .singleElement()
                .isInstanceOfSatisfying(Incompatible.class, finding -> {
                    assertThat(finding.hazard()).isEqualTo(Hazard.OLD_APP_ERROR);
                    assertThat(finding.culprit())
                            .hasValueSatisfying(
                                    culprit -> assertThat(culprit.text()).isEqualTo("alter table item drop legacy"));
                });
        assertThat(report)
                .contains("1. error · operation 'find' (old version) on the changed schema")
                .contains("found    : failed with SQLSTATE 42703 in 1 of 25 runs on a quiet clone: "
                        + "ERROR: column \"legacy\" does not exist")
                .contains("the load did not come to show it; a path that only some keys take");
    }

    @Test
    void theSameChangeIsGreenOnceTheOldVersionIsGone() {
        RehearsalResult result = run(
                Phase.of("expand", Change.statements("alter table item add extra text"))
                        .withTraffic(100, 50, 0)
                        .withRollback(Change.statements("alter table item drop extra")),
                Phase.of("contract", Change.statements("alter table item drop legacy")));
        String report = TextReport.of(result);

        assertThat(result.verdict().isPassed()).as(report).isTrue();
        assertThat(report).contains("""
   works on the schema  before             after 'expand'  'expand' undone    after 'contract'
   old find             works              works           works              (42703 in 1 of 5)
   new find             (42703 in 1 of 5)  works           (42703 in 1 of 5)  works
   (in brackets: the plan's traffic does not need it)
   both versions may run at once: after 'expand'
   the new version may come in: after 'expand'
   the old version must be gone before 'contract', its point of no return
""");
    }
}
