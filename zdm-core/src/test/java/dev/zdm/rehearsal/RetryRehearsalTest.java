package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.CrashHistory.Moment;
import dev.zdm.observation.CrashHistory.Outcome;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Demand;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.PhaseResult;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a whole rehearsal says of changes that can, or cannot, be carried out again after a crash. */
@Tag("measured")
class RetryRehearsalTest {
    private static final RehearsalPlan ITEMS = RehearsalPlan.named(
                    "retry",
                    Baseline.of(Change.statements(
                            "create table item (id int primary key, label text)",
                            "insert into item select n, 'label ' || n from generate_series(1, 2000) n")))
            .withVersions(
                    ApplicationVersion.ofSql(SqlOperation.of("read", "select label from item where id = 7")),
                    ApplicationVersion.absent())
            .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(300), Duration.ofSeconds(20)));

    private static final Change TWO_COLUMNS =
            Change.eachOnItsOwn("alter table item add column note text", "alter table item add column remark text");

    private static PhaseResult rehearse(RehearsalPlan plan, Change change) {
        return Rehearsal.run(plan.withPhase(Phase.of("expand", change)), TestServer.get())
                .phases()
                .get(0);
    }

    @Test
    void aScriptThatFailsHalfWayAndCannotBeRepeatedIsRedWhereItIsDemanded() {
        String report = TextReport.of(rehearse(ITEMS.demanding(Demand.RETRYABLE), TWO_COLUMNS));

        assertThat(report)
                .contains("NOT zero-downtime: 1 finding\n\n1. crash · cannot be run again · stopped after statement:1")
                .contains("[not-retryable]")
                .contains("found    : the second run failed with SQLSTATE 42701: ERROR: column \"note\" of relation"
                        + " \"item\" already exists\n"
                        + "              after 10 crash points: after statement:1 (the backend was terminated")
                .contains("caused by: statement:1  alter table item add column note text")
                .contains("do       : put all of it into one transaction, or say IF NOT EXISTS");
    }

    @Test
    void theSameInOneTransactionIsGreen() {
        PhaseResult result = rehearse(
                ITEMS.demanding(Demand.RETRYABLE),
                Change.statements("alter table item add column note text", "alter table item add column remark text"));

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        assertThat(TextReport.of(result))
                .contains("crashes  : 15 crash points tried at 2 000 rows: 15 rolled back whole and repeated (in ");
    }

    @Test
    void aStatementThatWaitsForNothingIsReportedAsNotInterrupted() {
        PhaseResult result = rehearse(
                ITEMS.demanding(Demand.RETRYABLE), Change.statements("set local work_mem = '8MB'", "select 1"));

        assertThat(TextReport.of(result))
                .contains(
                        "crashes  : 9 crash points tried at 0 rows: 9 rolled back whole and repeated; not interrupted,"
                                + " because too quick: statement:1, statement:2 (in ");
        assertThat(result.history().crashes().trials())
                .filteredOn(trial -> trial.moment() == Moment.DURING)
                .hasSize(6)
                .allSatisfy(trial -> assertThat(trial.outcome()).isEqualTo(Outcome.NOT_INTERRUPTED));
    }

    @Test
    void ofAVeryLargeBaselineThirtyThousandRowsAreEnough() {
        Baseline large = Baseline.of(Change.statements(
                        "create table item (id int primary key, label text)",
                        "insert into item select n, 'label ' || n from generate_series(1, :rows) n"))
                .withRows(60_000);
        RehearsalPlan plan = RehearsalPlan.named("retry a large one", large)
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of("read", "select label from item where id = 7")),
                        ApplicationVersion.absent())
                .withLoad(ITEMS.load())
                .demanding(Demand.RETRYABLE);

        PhaseResult result = rehearse(plan, Change.statements("alter table item add column note text"));

        assertThat(result.history().crashes().rows()).isEqualTo(30_000);
        assertThat(TextReport.of(result)).contains("9 crash points tried at 30 000 rows: 9 rolled back whole");
    }

    @Test
    void withoutTheDemandNothingIsTried() {
        PhaseResult result = rehearse(ITEMS, TWO_COLUMNS);

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        assertThat(result.history().crashes().trials()).isEmpty();
        assertThat(result.advice())
                .contains("the change commits more than once and was not stopped half-way: demand 'retryable' to see"
                        + " whether it can be carried out again after a crash (docs/crash.md)");
    }
}
