package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.zdm.observation.WayBack;
import dev.zdm.observation.WayBack.Need;
import dev.zdm.observation.Window;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Demand;
import dev.zdm.plan.FlywaySource;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Doubt;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rollbacks under load. */
@Tag("measured")
class WayBackTest {
    private static final String KEY = "(select 1 + (random() * 4999)::int)";
    private static final String CHEAP = "create view cheap as select id from product where price < 10";
    private static final String COMMENT = "comment on view cheap is 'for the front page'";
    private static final Baseline PRODUCTS = Baseline.ofSql(
                    "create table product (id bigint primary key, price int not null)",
                    "insert into product select g, g from generate_series(1, :rows) g",
                    "create sequence undone",
                    CHEAP,
                    COMMENT)
            .withRows(5000);
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
        RehearsalResult result = run(plan(Phase.of("expand", ADD)
                .withTraffic(100, 50, 0)
                .withRollback(DROP)
                .losing("product.rebate")));

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

    private static void assertRed(RehearsalResult result, Hazard hazard, String... words) {
        String report = TextReport.of(result);
        assertThat(result.verdict().findings())
                .as(report)
                .singleElement()
                .extracting(Finding::hazard)
                .isEqualTo(hazard);
        assertThat(TextReport.list(result.verdict().findings(), List.of())).contains(words);
    }

    @Test
    void aRollbackThatWorksUnderAStrongLockIsRedInTheWordsOfAChange() {
        Change harmful = Change.statements(
                "alter table product drop column rebate",
                "alter table product set unlogged",
                "alter table product set logged");

        RehearsalResult result =
                run(plan(Phase.of("expand", ADD).withRollback(harmful).losing("product.rebate")));

        assertRed(result, Hazard.TABLE_REWRITE, "table rewrite · product in the rollback", "caused by: statement:2");
        assertThat(result.phases().get(0).history().wayBack().again()).isNotNull();
    }

    @Test
    void aRollbackThatLosesACommentIsRed() {
        Change change = Change.statements("drop view cheap");

        assertRed(
                run(plan(Phase.of("contract", change).withRollback(Change.statements(CHEAP)))),
                Hazard.NOT_REVERSIBLE,
                "missing: comment on view public.cheap: for the front page");
        RehearsalResult right = run(plan(Phase.of("contract", change).withRollback(Change.statements(CHEAP, COMMENT))));
        assertThat(right.verdict()).as(TextReport.of(right)).isEqualTo(new Verdict.Passed());
    }

    /** The change looks at a sequence, which no comparison looks at, and is in no hurry where the rollback has set it. */
    @Test
    void aChangeThatLetsTheApplicationWaitWhenItIsCarriedOutAgainIsRed() {
        Change slowAgain = Change.statements(
                "alter table product add column rebate int",
                "select case when last_value = 2 then pg_sleep(2) end from undone");
        Change setting = Change.statements("alter table product drop column rebate", "select setval('undone', 2)");

        RehearsalResult mutant =
                run(plan(Phase.of("expand", slowAgain).withRollback(setting).losing("product.rebate")));
        RehearsalResult right =
                run(plan(Phase.of("expand", slowAgain).withRollback(DROP).losing("product.rebate")));

        assertRed(
                mutant,
                Hazard.LOCK_WAIT,
                "when the change was carried out again after the rollback",
                "caused by: statement:1  alter table product add column rebate int");
        assertThat(right.verdict()).as(TextReport.of(right)).isEqualTo(new Verdict.Passed());
    }

    /** The rollback sets a sequence, which no comparison looks at, and the invariant then divides by zero. */
    @Test
    void anInvariantThatCannotBeEvaluatedAfterTheRollbackLeavesItUnproven() {
        Invariant computed = Invariant.of("computed", "select 1 from undone where 1 / (2 - last_value) = 0");
        Change setting = Change.statements("alter table product drop column rebate", "select setval('undone', 2)");

        RehearsalResult mutant =
                run(plan(Phase.of("expand", ADD).withRollback(setting).losing("product.rebate"))
                        .withInvariant(computed));
        RehearsalResult right =
                run(plan(Phase.of("expand", ADD).withRollback(DROP).losing("product.rebate"))
                        .withInvariant(computed));

        assertThat(mutant.verdict()).as(TextReport.of(mutant)).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(mutant.verdict().doubts())
                .isNotEmpty()
                .allSatisfy(doubt -> assertThat(doubt).isInstanceOf(Doubt.InvariantFailed.class));
        assertThat(TextReport.of(mutant)).contains("invariant 'computed' could not be evaluated", "division by zero");
        assertThat(right.verdict()).as(TextReport.of(right)).isEqualTo(new Verdict.Passed());
    }

    @Test
    void aRollbackThatFailsIsOneFindingAndTheRestIsNotRehearsed() {
        RehearsalResult result = run(plan(Phase.of("expand", ADD)
                .withRollback(Change.statements("select 1", "alter table product drop column rebates"))));

        assertRed(
                result,
                Hazard.CHANGE_FAILED,
                "change failed in the rollback",
                "SQLSTATE 42703: ERROR: column \"rebates\" of relation \"product\" does not exist",
                "caused by: statement:2  alter table product drop column rebates");
        assertThat(TextReport.of(result))
                .contains("way back : not rehearsed under load: it does not work on a quiet copy");
    }

    @Test
    void aRollbackThatForgetsATriggerIsRed() {
        Change mirrored = Change.statements(
                "alter table product add column rebate int",
                "create function mirrored() returns trigger language plpgsql as $$ begin return new; end $$",
                "create trigger mirrored before update on product for each row execute function mirrored()");

        RehearsalResult result =
                run(plan(Phase.of("expand", mirrored).withRollback(DROP).losing("product.rebate")));

        assertRed(
                result,
                Hazard.NOT_REVERSIBLE,
                "1. rollback incomplete",
                "new: trigger mirrored on product",
                "new: function mirrored()",
                "statement:1  alter table product drop column rebate");
    }

    @Test
    void aRollbackThatDropsWhatTheNewVersionWroteIsRedUnlessThePlanAllowsIt() {
        RehearsalResult result = run(plan(Phase.of("expand", ADD).withRollback(DROP)));

        assertRed(
                result,
                Hazard.DATA_LOSS,
                "1. data loss · rollback",
                "of product.rebate that the new version had written",
                "losing(\"product.rebate\")");
    }

    @Test
    void liquibasesRollbackIsCarriedOutUnderLoad() {
        String changelog = "dev/zdm/change/liquibase/reversible.xml";
        SqlOperation count = SqlOperation.of("count", "select count(*) from visit where id < 20");
        RehearsalResult result = run(RehearsalPlan.named("visits", Baseline.of(Change.liquibase(changelog, "one")))
                .withVersions(ApplicationVersion.ofSql(count), ApplicationVersion.absent())
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(200), Duration.ofSeconds(20)))
                .withPhase(Phase.of("columns", Change.liquibase(changelog))
                        .withRollback(Change.liquibaseRollback(changelog, "one"))));

        assertThat(result.verdict()).as(TextReport.of(result)).isEqualTo(new Verdict.Passed());
        WayBack way = result.phases().get(0).history().wayBack();
        assertThat(way.back().statements())
                .extracting(run -> run.statement().text())
                .containsExactly("alter table visit drop column mark", "alter table visit drop column note");
        assertThat(way.again().statements()).hasSize(2);
    }

    @Test
    void aDemandForReversibilityIsViolatedByAPhaseWithoutAWayBack() {
        RehearsalPlan plan = plan(Phase.of("expand", ADD)).demanding(Demand.REVERSIBLE);

        assertRed(run(plan), Hazard.NOT_REVERSIBLE, "1. point of no return · phase 'expand'");
    }

    @Test
    void aDemandForReversibilityIsMetByRollbacksAndByPhasesThatNeedNone() {
        RehearsalPlan plan = plan(
                        Phase.of("expand", ADD).withRollback(DROP).losing("product.rebate"),
                        Phase.of(
                                "fill",
                                Change.statements("update product set rebate = 1 where rebate is null and id < 9")),
                        Phase.of("roll out", Change.none()).withTraffic(100, 0))
                .demanding(Demand.REVERSIBLE);

        RehearsalResult result = run(plan);

        assertThat(result.verdict()).as(TextReport.of(result)).isEqualTo(new Verdict.Passed());
        assertThat(result.phases())
                .extracting(phase -> phase.history().wayBack().need())
                .containsExactly(Need.ROLLBACK, Need.ADDED_ONLY, Need.NOTHING);
        assertThat(TextReport.of(result))
                .contains("way back : the plan allows that ")
                .contains("of product.rebate that the new version had written");
    }

    @Test
    void onlyTheFirstPhaseThatCannotBeUndoneIsThePointOfNoReturn() {
        RehearsalResult result = run(
                plan(Phase.of("expand", ADD), Phase.of("index", Change.statements("create table audit (id bigint)"))));

        assertThat(result.phases().get(0).advice()).contains("this phase has no rollback: it is a point of no return");
        assertThat(result.phases().get(1).advice()).noneMatch(advice -> advice.contains("point of no return"));
        assertThat(TextReport.of(result)).contains("way back : none: behind the point of no return, phase 'expand'");
    }

    @Test
    void undoScriptsBesideFlywaysMigrationsAreUsedByThemselves() {
        FlywaySource source =
                new FlywaySource(List.of("classpath:dev/zdm/rehearsal/undo"), Map.of("column", "note"), "2");
        SqlOperation count = SqlOperation.of("count", "select count(*) from item where id < 20");
        RehearsalResult result = run(RehearsalPlan.named("items", Baseline.of(Change.flyway("1", source)))
                .withVersions(ApplicationVersion.ofSql(count), ApplicationVersion.absent())
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(200), Duration.ofSeconds(20))));

        assertThat(result.verdict()).as(TextReport.of(result)).isEqualTo(new Verdict.Passed());
        WayBack way = result.phases().get(0).history().wayBack();
        assertThat(way.back().statements())
                .extracting(run -> run.statement().position())
                .containsExactly("U2__note.sql:2");
        assertThat(way.again().statements())
                .extracting(run -> run.statement().position())
                .containsExactly("V2__note.sql:1");
    }
}
