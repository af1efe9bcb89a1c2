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
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.verdict.RowsGone;
import dev.zdm.verdict.TouchedMore;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Data that a change loses without a word, in whole rehearsals. */
class UntouchedRehearsalTest {
    private static RehearsalResult run(int rows, Phase... phases) {
        RehearsalPlan plan = RehearsalPlan.named(
                        "untouched",
                        Baseline.ofSql(
                                        "create table customer (id bigint primary key, first text, last text)",
                                        "insert into customer select g, 'f' || g, 'l' || g from generate_series(1, :rows) g")
                                .withRows(rows))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of("find", "select last from customer where id = 7")),
                        ApplicationVersion.absent())
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(100), Duration.ofSeconds(30)));
        for (Phase phase : phases) {
            plan = plan.withPhase(phase);
        }
        return Rehearsal.run(plan, TestServer.get());
    }

    @Test
    void oneRowLostAmong200000IsRed() {
        RehearsalResult result = run(
                200_000,
                Phase.of(
                        "swap",
                        Change.eachOnItsOwn(
                                "create table customer_2 (like customer including all)",
                                "insert into customer_2 select * from customer where id <> 4711",
                                "alter table customer rename to customer_old; alter table customer_2 rename to customer")));

        Finding finding = result.verdict().findings().stream()
                .filter(RowsGone.class::isInstance)
                .findFirst()
                .orElseThrow(() -> new AssertionError(TextReport.of(result)));
        assertThat(finding.hazard()).isEqualTo(Hazard.DATA_LOSS);
        assertThat(TextReport.of(result))
                .contains("found    : 1 of 200 000 rows of customer are gone, which is another table now\n"
                        + "              the first: key 4711\n");
    }

    @Test
    void whatTheChangeWritesIsToldAndMeasuredAgainstThePlan() {
        RehearsalResult result = run(
                1500,
                Phase.of("backfill", Change.statements("update customer set first = initcap(first) where id <= 500"))
                        .touching("customer.first"),
                Phase.of("more", Change.statements("update customer set last = upper(last) where id <= 300"))
                        .touching("customer.first"));

        assertThat(result.phases().get(0).verdict().isPassed())
                .as(TextReport.of(result))
                .isTrue();
        assertThat(TextReport.of(result.phases().get(0)))
                .contains("   touched  : customer: first changed in 500 rows\n");
        assertThat(result.phases().get(1).verdict().findings())
                .singleElement()
                .isInstanceOfSatisfying(
                        TouchedMore.class,
                        finding -> assertThat(finding.columns())
                                .extracting(column -> column.name() + " " + column.differing())
                                .containsExactly("last 300"));
    }
}
