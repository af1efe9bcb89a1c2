package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.zdm.observation.WayBack;
import dev.zdm.observation.Window;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rollbacks under load. */
class WayBackTest {
    private static final String KEY = "(select 1 + (random() * 499)::int)";
    private static final Baseline PRODUCTS = Baseline.ofSql(
                    "create table product (id bigint primary key, price int not null)",
                    "insert into product select g, g from generate_series(1, :rows) g")
            .withRows(500);
    private static final SqlOperation READ = SqlOperation.of("read", "select price from product where id = " + KEY);
    private static final SqlOperation OLD =
            SqlOperation.of("raise", "update product set price = price + 1 where id = " + KEY);
    private static final SqlOperation NEW =
            SqlOperation.of("rebate", "update product set price = price, rebate = 3 where id = " + KEY);

    private static final Change ADD = Change.statements("alter table product add column rebate int");
    private static final Change DROP = Change.statements("alter table product drop column rebate");

    private static RehearsalPlan plan(Phase... phases) {
        return RehearsalPlan.named("products", PRODUCTS)
                .withVersions(ApplicationVersion.ofSql(READ, OLD), ApplicationVersion.ofSql(READ, NEW))
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(200), Duration.ofSeconds(20)))
                .withPhases(List.of(phases));
    }

    private static RehearsalResult run(RehearsalPlan plan) {
        return Rehearsal.run(plan, TestServer.get());
    }

    @Test
    void theTrafficGoesBackStepByStepAndForwardAgain() {
        RehearsalResult result =
                run(plan(Phase.of("expand", ADD).withTraffic(100, 50, 0).withRollback(DROP)));

        PhaseResult expand = result.phases().get(0);
        assertThat(result.verdict()).as(TextReport.of(result)).isEqualTo(new Verdict.Passed());
        WayBack way = expand.history().wayBack();
        assertThat(way.back()).isNotNull();
        assertThat(way.again()).isNotNull();
        assertThat(way.back().windows())
                .extracting(Window::kind, Window::oldPercent)
                .containsExactly(
                        tuple(WindowKind.TRAFFIC_STEP, 50),
                        tuple(WindowKind.STEADY, 100),
                        tuple(WindowKind.CHANGE, 100),
                        tuple(WindowKind.AFTER_CHANGE, 100));
        assertThat(way.back().statements())
                .extracting(run -> run.statement().text())
                .containsExactly("alter table product drop column rebate");
        assertThat(way.again().windows()).extracting(Window::oldPercent).containsExactly(100, 100, 100, 50, 0);
    }
}
