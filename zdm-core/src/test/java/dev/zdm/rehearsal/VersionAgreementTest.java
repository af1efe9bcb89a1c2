package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.Agreement;
import dev.zdm.observation.Agreement.When;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Tolerance;
import dev.zdm.rehearsal.CustomerVersions.Escaping;
import dev.zdm.rehearsal.CustomerVersions.New;
import dev.zdm.rehearsal.CustomerVersions.NewEmptyForNull;
import dev.zdm.rehearsal.CustomerVersions.NewLookingElsewhere;
import dev.zdm.rehearsal.CustomerVersions.NewSelfManaged;
import dev.zdm.rehearsal.CustomerVersions.Old;
import dev.zdm.rehearsal.CustomerVersions.OldLookingElsewhere;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Doubt;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.verdict.Verdict;
import dev.zdm.verdict.VersionsDisagree;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole rehearsals in which both versions read the same, or do not. */
class VersionAgreementTest {
    private static final String EXPAND = "alter table customer add column label text";
    private static final String FILL = "update customer set label = name";
    private static final String BOTH_WAYS = """
            create function keep() returns trigger language plpgsql as $$ begin
              if tg_op = 'INSERT' then new.label := coalesce(new.label, new.name);
              elsif new.label is distinct from old.label then new.name := new.label;
              else new.label := new.name; end if;
              return new; end $$""";
    private static final String ON_WRITE =
            "create trigger keep before insert or update on customer for each row execute function keep()";
    private static final String ON_INSERT =
            "create trigger keep before insert on customer for each row execute function keep()";

    /** Goes on when five customers have two names, or after a second where nobody renames any. */
    private static final String AWAIT_WRITES = """
            do $$ begin
              for tries in 1 .. 100 loop
                exit when (select count(*) from customer where name is distinct from label) >= 5;
                perform pg_sleep(0.01);
              end loop; end $$""";

    private static RehearsalPlan plan(Class<?> older, Class<?> newer, String... expand) {
        Baseline customers = Baseline.ofSql(
                        "create table customer (id bigint primary key, name text)",
                        "insert into customer select g, 'c' || g from generate_series(1, :rows) g",
                        "update customer set name = null where id % 50 = 0")
                .withRows(300);
        return RehearsalPlan.named("customers", customers)
                .withVersions(ApplicationVersion.of(older), ApplicationVersion.of(newer))
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(400), Duration.ofSeconds(20)))
                // The change fills a column in the transaction that adds it; these are about data alone.
                .withTolerance(Tolerance.DEFAULT.withLockWait(Duration.ofSeconds(30)))
                .withPhase(Phase.of("expand", Change.statements(expand)).withTraffic(100));
    }

    private static RehearsalPlan rolledOut(RehearsalPlan plan, int... steps) {
        return plan.withPhase(Phase.of("roll out", Change.none()).withTraffic(steps));
    }

    /** Both versions have traffic before the phase, in it, and when it is taken back. */
    private static RehearsalPlan takenBackBy(String... rollback) {
        return rolledOut(plan(Old.class, New.class, EXPAND, BOTH_WAYS, ON_WRITE, FILL), 100, 50)
                .withPhase(Phase.of("note", Change.statements("comment on table customer is 'noted'"))
                        .withTraffic(50)
                        .withRollback(Change.eachOnItsOwn(rollback)));
    }

    private static RehearsalResult run(RehearsalPlan plan) {
        return Rehearsal.run(plan, TestServer.get());
    }

    private static PhaseResult last(RehearsalResult result) {
        return result.phases().get(result.phases().size() - 1);
    }

    private static VersionsDisagree onlyFinding(RehearsalResult result) {
        assertThat(result.verdict().findings())
                .as(TextReport.of(result))
                .singleElement()
                .isInstanceOf(VersionsDisagree.class)
                .satisfies(finding -> assertThat(finding.hazard()).isEqualTo(Hazard.DATA_DRIFT));
        return (VersionsDisagree) result.verdict().findings().get(0);
    }

    @Test
    void versionsKeptInStepAgreeUnderLoadAndDrained() {
        RehearsalResult result =
                run(rolledOut(plan(Old.class, New.class, EXPAND, BOTH_WAYS, ON_WRITE, FILL), 100, 50, 0));

        assertThat(result.verdict()).as(TextReport.of(result)).isEqualTo(new Verdict.Passed());
        assertThat(last(result).history().agreements())
                .extracting(Agreement::when)
                .containsExactlyInAnyOrder(When.BEFORE_SWITCH, When.UNDER_LOAD, When.DRAINED);
        assertThat(last(result).history().notes()).isEmpty();
        assertThat(TextReport.of(result))
                .containsPattern(
                        "data     : old and new read the same of 300 keys \\([0-9 ]+ comparisons under load\\)");
    }

    @Test
    void aMissingTriggerForUpdatesIsSeenWhenBothWrite() {
        RehearsalResult result = run(rolledOut(plan(Old.class, New.class, EXPAND, BOTH_WAYS, ON_INSERT, FILL), 50));

        VersionsDisagree finding = onlyFinding(result);
        assertThat(finding.agreement().when()).isIn(When.DRAINED, When.BEFORE_SWITCH);
        assertThat(TextReport.of(result))
                .contains("data drift · old and new read another 'name'", " of 300 keys differ ", "the first: key ");
    }

    @Test
    void swappedValuesKeepTheNewVersionFromTraffic() {
        String swap = "update customer set label = (select c.name from customer c where c.id = customer.id + 1)"
                + " where id = 150";
        RehearsalResult result =
                run(rolledOut(plan(Old.class, New.class, EXPAND, FILL, swap, BOTH_WAYS, ON_WRITE), 100, 50, 0));

        assertThat(result.phases().get(0).history().notes())
                .singleElement()
                .asString()
                .startsWith("the new version would read 'name' of ");
        assertThat(onlyFinding(result).agreement()).satisfies(agreement -> {
            assertThat(agreement.when()).isEqualTo(When.BEFORE_SWITCH);
            assertThat(agreement.first())
                    .allSatisfy(difference -> assertThat(difference.key()).isEqualTo(150));
        });
        assertThat(last(result).history().windows())
                .allSatisfy(window -> assertThat(window.oldPercent()).isEqualTo(100));
    }

    @Test
    void allKeysAreComparedAfterARollbackToo() {
        RehearsalResult right = run(takenBackBy("comment on table customer is null"));

        assertThat(right.verdict()).as(TextReport.of(right)).isEqualTo(new Verdict.Passed());
        PhaseHistory back = last(right).history().wayBack().back();
        assertThat(back).isNotNull();
        assertThat(back.agreements())
                .anySatisfy(agreement -> assertThat(agreement)
                        .returns(When.DRAINED, Agreement::when)
                        .returns(300L, Agreement::comparisons));

        RehearsalResult wrong = run(takenBackBy(
                "alter table customer disable trigger keep",
                AWAIT_WRITES,
                "alter table customer enable trigger keep",
                "comment on table customer is null"));

        assertThat(TextReport.of(wrong))
                .containsPattern("data drift · old and new read another 'name'.* in the rollback");
    }

    @Test
    void nullReadAsEmptyTextIsAnotherValue() {
        RehearsalResult result =
                run(rolledOut(plan(Old.class, NewEmptyForNull.class, EXPAND, BOTH_WAYS, ON_WRITE, FILL), 100, 50));

        VersionsDisagree finding = onlyFinding(result);
        assertThat(finding.agreement().differing()).isEqualTo(6);
        assertThat(finding.agreement().first())
                .allSatisfy(difference ->
                        assertThat(difference.older() + difference.newer()).isEqualTo("null''"));
    }

    @Test
    void versionsThatFindNoKeyAtAllAreNotCompared() {
        RehearsalResult result = run(rolledOut(
                plan(OldLookingElsewhere.class, NewLookingElsewhere.class, EXPAND, BOTH_WAYS, ON_WRITE, FILL),
                100,
                50));

        assertThat(result.verdict()).as(TextReport.of(result)).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(result.verdict().doubts())
                .anySatisfy(doubt -> assertThat(doubt).isInstanceOfSatisfying(Doubt.NotCompared.class, not -> {
                    assertThat(not.agreement().comparisons()).isZero();
                    assertThat(not.agreement().unread()).isEqualTo(300);
                }));
        assertThat(TextReport.of(result)).contains("no customer -1");
    }

    @Test
    void aWorkloadThatManagesItsOwnTransactionsIsComparedWhenDrained() {
        for (Class<?> version : List.of(NewSelfManaged.class, Escaping.class)) {
            RehearsalResult result =
                    run(rolledOut(plan(Old.class, version, EXPAND, BOTH_WAYS, ON_WRITE, FILL), 100, 50));

            assertThat(result.verdict()).as(TextReport.of(result)).isEqualTo(new Verdict.Passed());
            assertThat(last(result).history().agreements())
                    .extracting(Agreement::when)
                    .containsExactlyInAnyOrder(When.BEFORE_SWITCH, When.DRAINED);
            assertThat(last(result).history().notes())
                    .singleElement()
                    .asString()
                    .startsWith("old and new are compared when drained only; under load, in one session for both, "
                            + "they could not be: ");
        }
    }
}
