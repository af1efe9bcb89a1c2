package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Backfill;
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
import org.junit.jupiter.api.Test;

/** What a whole rehearsal says of changes that fill rows. */
class BackfillRehearsalTest {
    private static final Change COUNTS = Change.eachOnItsOwn(
            "update item set visits = visits + 1 where id <= 600",
            "update item set visits = visits + 1 where id > 600 and id <= 1200",
            "update item set visits = visits + 1 where id > 1200 and id <= 1800");

    private static RehearsalResult run(Phase phase) {
        return Rehearsal.run(
                RehearsalPlan.named(
                                "items",
                                Baseline.ofSql(
                                        "create table item (id bigint primary key, name text not null, label text, visits"
                                                + " int not null default 0)",
                                        "insert into item (id, name) select n, 'n' || n from generate_series(1, 3000) n"))
                        .withVersions(
                                ApplicationVersion.ofSql(SqlOperation.of(
                                        "find",
                                        "select name from item where id = (select 1 + (random() * 2999)::int)")),
                                ApplicationVersion.absent())
                        .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(100), Duration.ofSeconds(30)))
                        .withPhase(phase),
                TestServer.get());
    }

    @Test
    void aDeclaredBackfillThatCountsIsRed() {
        RehearsalResult result = run(Phase.of("backfill", COUNTS).asBackfill());

        assertThat(TextReport.of(result))
                .contains("NOT zero-downtime, 2 findings")
                .contains("1. backfill · not idempotent")
                .contains("   found    : other data in public.item (visits)\n")
                .contains("2. backfill · not resumable")
                .contains("   caused by: statement:");
    }

    @Test
    void whatOnlyWritesDataIsGreenWithAdvice() {
        RehearsalResult result = run(Phase.of("count", COUNTS));

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        assertThat(result.phases().get(0).advice())
                .contains("as a backfill it would be red: run a second time, it does its work again: other data in"
                        + " public.item (visits)");
    }

    @Test
    void oneGiantTransactionIsRedByItsRowLocks() {
        RehearsalResult result =
                run(Phase.of("backfill", Change.statements("update item set label = upper(name) where label is null"))
                        .asBackfill());

        assertThat(result.verdict().findings())
                .as(TextReport.of(result))
                .singleElement()
                .extracting(finding -> finding.hazard())
                .isEqualTo(Hazard.WRITE_BLOCK);
    }

    @Test
    void batchesThatWriteToUnfilledRowsAreGreen() {
        RehearsalResult result = run(Phase.of(
                "backfill",
                Backfill.over("item", "update item set label = upper(name) where :batch and label is null")
                        .inBatchesOf(200)));

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        assertThat(TextReport.of(result))
                .contains(
                        "   backfill : rehearsed at 3 000 rows: run twice, stopped 3 times and resumed, 15 rows inserted"
                                + " and 4 changed by others meanwhile (in ")
                .contains("   backfill : 3 000 rows written: ")
                .contains(" of WAL and 1.0 dead rows per row; at most 200 in one of 15 transactions, held for ");
    }
}
