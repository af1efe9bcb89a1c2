package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.CompanyRehearsal;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Company;
import dev.zdm.plan.Demand;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.LockRetry;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.InCompany;
import dev.zdm.verdict.OnTheWayBack;
import dev.zdm.verdict.OnTheWayBack.Step;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Changes behind long transactions on a real server: patient ones are green, others queue the application. */
@Tag("measured")
class PatienceTest {
    private static final String ALTER = "alter table person add column short text";

    private static RehearsalPlan plan(Change... changes) {
        Baseline people = Baseline.ofSql(
                        "create table person (id bigint primary key, name text not null)",
                        "create table remark (id bigint primary key, person bigint)",
                        "insert into person select g, 'p' || g from generate_series(1, :rows) g")
                .withRows(2000);
        RehearsalPlan plan = RehearsalPlan.named("people", people)
                .withVersions(
                        ApplicationVersion.ofSql(
                                SqlOperation.of(
                                        "find",
                                        "select name from person where id = (select 1 + (random() * 1999)::int)"),
                                SqlOperation.of(
                                        "rename",
                                        "update person set name = 'n' where id = (select 1 + (random() * 1999)::int)")),
                        ApplicationVersion.absent())
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(200), Duration.ofSeconds(30)));
        for (Change change : changes) {
            plan = plan.withPhase(Phase.of("phase " + (plan.phases().size() + 1), change));
        }
        return plan;
    }

    private static PhaseResult run(Change change) {
        return Rehearsal.run(plan(change).demanding(Demand.PATIENT), TestServer.get())
                .phases()
                .get(0);
    }

    private static void assertPassed(PhaseResult result) {
        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
    }

    private static List<Company> met(PhaseResult result) {
        return result.company().stream()
                .filter(CompanyRehearsal::met)
                .map(CompanyRehearsal::company)
                .toList();
    }

    @Test
    void aQuickAlterWithoutLockTimeoutQueuesTheApplicationBehindEveryCompany() {
        PhaseResult result = run(Change.statements(ALTER));

        String report = TextReport.of(result);
        assertThat(result.verdict().findings()).as(report).hasSize(3).allSatisfy(finding -> {
            assertThat(finding).isInstanceOf(InCompany.class);
            assertThat(finding.hazard()).isEqualTo(Hazard.LOCK_QUEUE);
            assertThat(finding.culprit().orElseThrow().position()).isEqualTo("statement:1");
        });
        assertThat(report)
                .containsPattern("1\\. lock queue · operation '\\w+' \\(old version\\) waited [\\d ]+ ms behind a "
                        + "reporting query +\\[lock-queue]")
                .contains("              while a reporting query held person (ACCESS SHARE)\n")
                .contains("              while an idle transaction that has written held person (ROW EXCLUSIVE)\n")
                .contains("              while a vacuum held person (SHARE UPDATE EXCLUSIVE)\n")
                .contains("   caused by: statement:1  " + ALTER)
                .containsPattern(
                        "   company  : behind a vacuum on person the change got through after [\\d ]+ ms, \\d+ "
                                + "operations waited for it, longest [\\d ]+ ms \\(rehearsed in \\d+\\.\\d s\\)\n");
    }

    @Test
    void theSameAlterThatTriesAgainIsGreen() {
        PhaseResult result = run(Change.retrying(Change.statements(ALTER)));

        assertPassed(result);
        assertThat(met(result)).containsExactly(Company.values());
        assertThat(result.company())
                .allSatisfy(rehearsal ->
                        assertThat(rehearsal.history().changeFailure()).isNull());
        assertThat(result.advice()).noneMatch(advice -> advice.contains("lock_timeout"));
    }

    @Test
    void withoutTheDemandItIsAdvice() {
        RehearsalResult result = Rehearsal.run(plan(Change.statements(ALTER)), TestServer.get());

        PhaseResult phase = result.phases().get(0);
        assertPassed(phase);
        assertThat(phase.company()).isEmpty();
        assertThat(phase.advice()).anyMatch(advice -> advice.startsWith("set a lock_timeout and retry: behind a long"));
    }

    @Test
    void aLockTimeoutLongerThanTheToleranceIsNoPatience() {
        PhaseResult result = run(Change.statements("set local lock_timeout = '20s'", ALTER));

        assertThat(result.verdict().findings())
                .as(TextReport.of(result))
                .extracting(Finding::hazard)
                .containsOnly(Hazard.LOCK_QUEUE);
    }

    @Test
    void aChangeThatGivesUpHarmsNobodyButDoesNotGetThrough() {
        LockRetry twice = LockRetry.DEFAULT.withTries(2).withPauses(Duration.ZERO, Duration.ZERO);
        PhaseResult result = run(Change.retrying(Change.statements(ALTER), twice));

        assertPassed(result);
        assertThat(result.advice())
                .contains("behind a reporting query the change gave up and did not get through: give it more tries, or"
                        + " run it again when the long transaction is over");
        assertThat(TextReport.of(result)).contains(" with SQLSTATE 55P03, ");
    }

    @Test
    void anIndexBuiltConcurrentlyWaitsWithoutBeingInTheWay() {
        PhaseResult result = run(Change.eachOnItsOwn("create index concurrently person_name on person (name)"));

        assertPassed(result);
        assertThat(met(result)).contains(Company.IDLE_TRANSACTION);
    }

    @Test
    void anIndexBuiltConcurrentlyWithALockTimeoutIsLeftInvalid() {
        PhaseResult result = run(Change.eachOnItsOwn(
                "set lock_timeout = '50ms'", "create index concurrently person_name on person (name)"));

        assertThat(result.verdict().findings())
                .as(TextReport.of(result))
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.hazard()).isEqualTo(Hazard.INVALID_INDEX));
    }

    @Test
    void aChangeThatStopsNobodyNeedsNoCompany() {
        PhaseResult result = run(Change.statements(
                "create table note (id bigint primary key)", "update person set name = 'x' where id < 10"));

        assertPassed(result);
        assertThat(result.company()).isEmpty();
    }

    @Test
    void eachPhaseMeetsCompanyOnTheDatabaseThatTheOnesBeforeLeft() {
        Change second = Change.retrying(Change.statements("alter table person drop column short"));
        RehearsalResult result = Rehearsal.run(
                plan(Change.retrying(Change.statements(ALTER)), second).demanding(Demand.PATIENT), TestServer.get());

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        assertThat(met(result.phases().get(1))).containsExactly(Company.values());
    }

    private static PhaseResult undoing(Change rollback) {
        Phase phase =
                Phase.of("expand", Change.retrying(Change.statements(ALTER))).withRollback(rollback);
        return Rehearsal.run(plan().withPhase(phase).demanding(Demand.PATIENT), TestServer.get())
                .phases()
                .get(0);
    }

    @Test
    void aQuickRollbackWithoutLockTimeoutQueuesTheApplicationBehindEveryCompany() {
        PhaseResult result = undoing(Change.statements("alter table person drop column short"));

        String report = TextReport.of(result);
        assertThat(result.verdict().findings()).as(report).hasSize(3).allSatisfy(finding -> {
            assertThat(finding.hazard()).isEqualTo(Hazard.LOCK_QUEUE);
            assertThat(finding).isInstanceOfSatisfying(OnTheWayBack.class, found -> {
                assertThat(found.step()).isEqualTo(Step.ROLLBACK);
                assertThat(found.finding()).isInstanceOf(InCompany.class);
            });
        });
        assertThat(report)
                .contains("behind a vacuum in the rollback")
                .contains("   caused by: statement:1  alter table person drop column short")
                .contains("   company  : behind a vacuum on person the rollback got through after ");
    }

    @Test
    void theSameRollbackThatTriesAgainIsGreen() {
        PhaseResult result = undoing(Change.retrying(Change.statements("alter table person drop column short")));

        assertPassed(result);
        assertThat(result.length()).isGreaterThan(result.history().length());
        assertThat(result.company().stream().filter(CompanyRehearsal::ofRollback))
                .hasSize(3)
                .allMatch(CompanyRehearsal::met)
                .allMatch(rehearsal -> rehearsal.history().changeFailure() == null);
    }
}
