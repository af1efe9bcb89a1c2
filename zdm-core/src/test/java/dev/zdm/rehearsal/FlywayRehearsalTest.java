package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.StatementRun;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.FlywaySource;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.RehearsalResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Migrations with the real Flyway: a phase each, statements found in their scripts. */
class FlywayRehearsalTest {
    private static final FlywaySource SOURCE = FlywaySource.at("classpath:dev/zdm/rehearsal/migrations");

    private static RehearsalPlan plan(FlywaySource source) {
        ApplicationVersion reader =
                ApplicationVersion.ofSql(SqlOperation.of("count", "select count(*) from item where id < 20"));
        return RehearsalPlan.named("items", Baseline.of(Change.flyway("1", source)))
                .withVersions(reader, reader)
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(300), Duration.ofSeconds(20)));
    }

    @Test
    void everyPendingMigrationIsAPhaseAndTheRollOutIsTheLast() {
        RehearsalPlan plan = Rehearsal.resolve(plan(SOURCE)
                .withInvariant(Invariant.of("none", "select 1 where false").from("roll out")));

        assertThat(plan.phases()).extracting(Phase::name).containsExactly("migrate to 2", "migrate to 3", "roll out");
        assertThat(plan.trafficOf(1).oldPercents()).containsExactly(100);
        assertThat(plan.trafficOf(2).oldPercents()).containsExactly(100, 50, 0);
    }

    @Test
    void anIndexIsBuiltConcurrentlyByFlyway() {
        RehearsalResult result = Rehearsal.run(plan(SOURCE.upTo("2")), TestServer.get());

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        List<StatementRun> runs = result.phases().get(0).history().statements();
        assertThat(runs).extracting(run -> run.statement().position()).containsExactly("V2__index.sql:3");
        assertThat(result.phases().get(0).history().footprints())
                .singleElement()
                .satisfies(footprint -> assertThat(footprint.seenFrom() == Footprint.SeenFrom.OUTSIDE)
                        .isTrue());
    }

    @Test
    void theApplicationMeetsTheStateBetweenTwoMigrationsOfOneChange() {
        FlywaySource source = FlywaySource.at("classpath:dev/zdm/rehearsal/gap");
        RehearsalPlan plan = RehearsalPlan.named("items", Baseline.of(Change.flyway("1", source)))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of("list", "select count(*) from item_list")),
                        ApplicationVersion.absent())
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(300), Duration.ofSeconds(20)))
                .withPhase(Phase.of("both", Change.flyway("3", source)));
        RehearsalResult result = Rehearsal.run(plan, TestServer.get());

        assertThat(TextReport.verdict(result.phases().get(0)))
                .startsWith(
                        "Phase 'both' is NOT zero-downtime: 1 finding\n\n1. error · operation 'list' (old version) ")
                .contains("SQLSTATE 42P01")
                .contains("caused by: V2__away.sql:1  drop view item_list\n");
    }

    @Test
    void aMigrationThatFailsNamesScriptAndLineAndEndsTheRehearsal() {
        RehearsalResult result = Rehearsal.run(plan(SOURCE), TestServer.get());

        assertThat(result.phases()).hasSize(2);
        assertThat(TextReport.verdict(result.phases().get(1)))
                .startsWith("Phase 'migrate to 3' is NOT zero-downtime: 1 finding\n\n1. change failed ")
                .contains("SQLSTATE 42701: ERROR: column \"kind\" of relation \"item\" already exists")
                .contains("caused by: V3__note.sql:4  alter table item add column kind int\n");
    }
}
