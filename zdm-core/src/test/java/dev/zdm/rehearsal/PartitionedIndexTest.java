package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.RehearsalResult;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An index on a partitioned table is made in steps; it must be whole when the last of them is done. */
@Tag("measured")
class PartitionedIndexTest {
    private static final RehearsalPlan PLAN = RehearsalPlan.named(
                    "index of partitions",
                    Baseline.ofSql(
                            "create table event (on_day date, n int) partition by range (on_day)",
                            "create table event_1 partition of event for values from ('2024-01-01') to ('2025-01-01')"))
            .withVersions(
                    ApplicationVersion.ofSql(SqlOperation.of("add", "insert into event values ('2024-02-02', 1)")),
                    ApplicationVersion.absent())
            .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(200), Duration.ofSeconds(30)))
            .withPhase(Phase.of("parent", Change.eachOnItsOwn("create index event_n on only event (n)")));

    private static final Phase BUILD =
            Phase.of("build", Change.eachOnItsOwn("create index concurrently event_1_n on event_1 (n)"));
    private static final Phase ATTACH =
            Phase.of("attach", Change.eachOnItsOwn("alter index event_n attach partition event_1_n"));

    private static RehearsalResult run(RehearsalPlan plan) {
        return Rehearsal.run(plan, TestServer.get());
    }

    @Test
    void theStepsMayBePhasesOfTheirOwn() {
        RehearsalResult result = run(PLAN.withPhase(BUILD).withPhase(ATTACH));

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
    }

    @Test
    void aForgottenAttachIsAFindingOfTheLastPhase() {
        RehearsalResult result = run(PLAN.withPhase(BUILD));

        assertThat(result.phases())
                .extracting(phase -> phase.verdict().isPassed())
                .containsExactly(true, false);
        assertThat(result.verdict().findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.hazard()).isEqualTo(Hazard.INVALID_INDEX));
    }
}
