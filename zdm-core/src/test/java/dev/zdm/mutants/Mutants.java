package dev.zdm.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Tolerance;
import dev.zdm.rehearsal.Rehearsal;
import dev.zdm.rehearsal.TestServer;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/** What the proofs by mutants share: a table of customers, two releases, one phase. */
final class Mutants {
    private static final Baseline CUSTOMERS = Baseline.ofSql(
                    "create table customer (id bigint primary key, full_name text)",
                    "insert into customer select g, case when g % 20 > 0 then 'n' || g end from generate_series(1, :rows) g",
                    "create sequence customer_id start 1001",
                    "create table counter (id bigint primary key, hits bigint not null)",
                    "insert into counter select g, 0 from generate_series(1, :rows) g")
            .withRows(400);

    private Mutants() {}

    /** The release that keeps the name in {@code full_name}. */
    static final class Old extends NameWorkload {
        Old(DataSource database) {
            super(database, "full_name");
        }
    }

    /** The release that keeps it in {@code name}. */
    static final class New extends NameWorkload {
        New(DataSource database) {
            super(database, "name");
        }
    }

    /** Returns a plan whose only phase has this change and then gives the new version half of the traffic. */
    static RehearsalPlan sideBySide(Class<?> newVersion, Change change) {
        return plan(change)
                .withVersions(ApplicationVersion.of(Old.class), ApplicationVersion.of(newVersion))
                .withPhases(List.of(Phase.of("migrate", change).withTraffic(100, 50)));
    }

    /** Returns a plan whose only phase has this change and leaves all traffic to the old version. */
    static RehearsalPlan plan(Change change) {
        return RehearsalPlan.named("customers", CUSTOMERS)
                .withVersions(ApplicationVersion.of(Old.class), ApplicationVersion.absent())
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(300), Duration.ofSeconds(60)))
                // These are about data alone.
                .withTolerance(Tolerance.DEFAULT.withLockWait(Duration.ofSeconds(30)))
                .withPhase(Phase.of("migrate", change));
    }

    static RehearsalResult run(RehearsalPlan plan) {
        return Rehearsal.run(plan, TestServer.get());
    }

    static void assertGreen(RehearsalPlan plan) {
        RehearsalResult result = run(plan);
        assertThat(result.verdict()).as(TextReport.of(result)).isEqualTo(new Verdict.Passed());
    }

    /** Asserts that there is a finding of this hazard whose words match all of these patterns, and that all is about data. */
    static void assertRed(RehearsalPlan plan, Hazard hazard, String... patterns) {
        RehearsalResult result = run(plan);
        String report = TextReport.of(result);
        assertThat(result.verdict().findings())
                .as(report)
                .extracting(Finding::hazard)
                .contains(hazard)
                .isSubsetOf(Hazard.DATA_DRIFT, Hazard.DATA_LOSS);
        String words = TextReport.list(result.verdict().findings(), List.of());
        for (String pattern : patterns) {
            assertThat(words).as(report).containsPattern(pattern);
        }
    }
}
