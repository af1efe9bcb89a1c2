package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.Footprint;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real Liquibase under load. */
class LiquibaseRehearsalTest {
    /** Kept, for otherwise its level would be forgotten. */
    private static final Logger LOGGER = Logger.getLogger("liquibase");

    private static final String CHANGELOG = "dev/zdm/rehearsal/liquibase/changelog.xml";

    private static final RehearsalPlan PLAN = RehearsalPlan.named(
                    "liquibase", Baseline.of(Change.liquibase(CHANGELOG, "1")))
            .withVersions(
                    ApplicationVersion.ofSql(SqlOperation.of(
                            "read", "select body from letter where id = (select 1 + (random() * 4999)::int)")),
                    ApplicationVersion.absent())
            .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(300), Duration.ofSeconds(30)));

    @BeforeAll
    static void quiet() {
        LOGGER.setLevel(Level.OFF);
    }

    @Test
    void changeSetsAreObservedStatementByStatementWithoutItsBookkeeping() {
        RehearsalResult result = Rehearsal.run(
                PLAN.withPhase(Phase.of("index", Change.liquibase(CHANGELOG, "2")))
                        .withPhase(
                                Phase.of("column", Change.liquibase(CHANGELOG)).withTraffic(100)),
                TestServer.get());

        String report = TextReport.of(result);
        PhaseResult index = result.phases().get(0);
        assertThat(index.verdict().isPassed()).as(report).isTrue();
        assertThat(index.history().statements())
                .extracting(run ->
                        run.statement().position() + " " + run.statement().text())
                .containsExactly("changelog.xml::2:1 create index concurrently letter_body on letter (body)");
        assertThat(index.history().footprints())
                .singleElement()
                .extracting(Footprint::seenFrom)
                .isEqualTo(Footprint.SeenFrom.OUTSIDE);
        PhaseResult column = result.phases().get(1);
        assertThat(column.verdict().findings()).as(report).singleElement().satisfies(finding -> {
            assertThat(finding.hazard()).isEqualTo(Hazard.TABLE_REWRITE);
            assertThat(finding.culprit().orElseThrow().position()).isEqualTo("changelog.xml::3:1");
        });
    }

    @Test
    void aChangeSetThatFailsIsNamed() {
        RehearsalPlan plan = PLAN.withPhase(Phase.of("missing", Change.liquibase("no/such/changelog.xml")));

        RehearsalResult result = Rehearsal.run(plan, TestServer.get());

        assertThat(TextReport.of(result)).contains("Liquibase no/such/changelog.xml");
        assertThat(result.verdict().findings()).isNotEmpty();
    }
}
