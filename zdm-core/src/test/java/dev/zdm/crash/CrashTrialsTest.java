package dev.zdm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.inspection.Inspection;
import dev.zdm.observation.CrashHistory;
import dev.zdm.observation.CrashHistory.Crash;
import dev.zdm.observation.CrashHistory.Harm;
import dev.zdm.observation.CrashHistory.Moment;
import dev.zdm.observation.CrashHistory.Trial;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.FlywaySource;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Changes that survive a crash at every point, and mutants that do not, on a real server that is crashed. */
@Tag("measured")
class CrashTrialsTest {
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Baseline ITEMS = Baseline.of(Change.statements(
            "create table item (id int primary key, label text, price int, token text)",
            "insert into item select n, 'label ' || n, n from generate_series(1, 2000) n"));

    private static EmbeddedServer server;

    @BeforeAll
    static void start() {
        server = TestServer.get().startTwin();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void oneTransactionIsRolledBackWholeWhereverItIsStopped() throws Exception {
        CrashHistory history = crash(Change.statements(
                "alter table item add column note text",
                "create index item_note on item (note)",
                "update item set note = label"));

        assertThat(seen(history, Crash.SERVER_STOPPED))
                .containsExactly(
                        "before 1 ROLLED_BACK",
                        "during 1 ROLLED_BACK",
                        "after 1 ROLLED_BACK",
                        "during 2 ROLLED_BACK",
                        "after 2 ROLLED_BACK",
                        "during 3 NOT_INTERRUPTED",
                        "after 3 ROLLED_BACK");
        assertThat(harms(history)).isEmpty();
        assertThat(history.rows()).isEqualTo(2000);
    }

    @Test
    void aScriptWithoutATransactionCannotBeRepeatedFromItsMiddle() throws Exception {
        CrashHistory history = crash(Change.eachOnItsOwn(
                "alter table item add column note text", "alter table item add column remark text"));

        assertThat(seen(history, Crash.BACKEND_TERMINATED))
                .containsExactly(
                        "before 1 ROLLED_BACK",
                        "during 1 ROLLED_BACK",
                        "after 1 HARMED",
                        "during 2 HARMED",
                        "after 2 HARMED");
        assertThat(seen(history, Crash.CLIENT_GONE)).contains("during 1 HARMED");
        assertThat(harms(history))
                .containsExactly("RETRY_FAILED 42701 ERROR: column \"note\" of relation \"item\" already exists");
    }

    @Test
    void aScriptWithoutATransactionThatFindsItsWorkDoneCanBeRepeated() throws Exception {
        CrashHistory history = crash(Change.eachOnItsOwn(
                "alter table item add column if not exists note text",
                "alter table item add column if not exists remark text"));

        assertThat(seen(history, Crash.BACKEND_TERMINATED))
                .contains("after 1 REPEATED", "during 2 REPEATED", "after 2 REPEATED");
        assertThat(harms(history)).isEmpty();
    }

    @Test
    void ifNotExistsTakesAnInvalidIndexForAGoodOne() throws Exception {
        CrashHistory history =
                crash(Change.eachOnItsOwn("create index concurrently if not exists item_label on item (label)"));

        assertThat(seen(history, Crash.BACKEND_TERMINATED)).contains("during 1 HARMED");
        assertThat(seen(history, Crash.SERVER_STOPPED)).contains("during 1 HARMED");
        // The server does not notice that its client is gone, and finishes the index.
        assertThat(seen(history, Crash.CLIENT_GONE)).contains("during 1 REPEATED");
        assertThat(harms(history)).containsExactly("INVALID_INDEX index item_label is invalid");
    }

    @Test
    void anIndexThatIsDroppedFirstIsBuiltAgain() throws Exception {
        CrashHistory history = crash(Change.eachOnItsOwn(
                "drop index concurrently if exists item_label",
                "create index concurrently item_label on item (label)"));

        assertThat(seen(history, Crash.BACKEND_TERMINATED)).contains("during 2 REPEATED");
        assertThat(seen(history, Crash.CLIENT_GONE)).contains("during 2 REPEATED");
        assertThat(harms(history)).isEmpty();
    }

    private static final String ADD_UNLESS_THERE =
            "do $$ begin if not exists (select from pg_constraint where conname ="
                    + " 'positive') then alter table item add constraint positive check (price > 0) not valid;"
                    + " perform set_config('script.added', 'yes', false); end if; end $$";

    @Test
    void aConstraintThatTheScriptBelievesValidIsNot() throws Exception {
        CrashHistory history = crash(Change.eachOnItsOwn(
                ADD_UNLESS_THERE,
                "do $$ begin if current_setting('script.added', true) = 'yes' then"
                        + " alter table item validate constraint positive; end if; end $$"));

        assertThat(seen(history, Crash.SERVER_STOPPED))
                .containsExactly(
                        "before 1 ROLLED_BACK",
                        "during 1 ROLLED_BACK",
                        "after 1 HARMED",
                        "during 2 HARMED",
                        "after 2 REPEATED");
        assertThat(harms(history)).containsExactly("NOT_VALIDATED constraint positive on item is NOT VALID");
    }

    @Test
    void aConstraintThatIsValidatedInAnyCaseIsValid() throws Exception {
        CrashHistory history =
                crash(Change.eachOnItsOwn(ADD_UNLESS_THERE, "alter table item validate constraint positive"));

        assertThat(harms(history)).isEmpty();
        assertThat(seen(history, Crash.SERVER_STOPPED)).contains("after 1 REPEATED", "during 2 REPEATED");
    }

    @Test
    void aBackfillThatAddsInsteadOfSettingComesToOtherData() throws Exception {
        String batch = "update item set price = price + 1 where id % 4 = ";
        CrashHistory history = crash(Change.eachOnItsOwn(batch + 0, batch + 1, batch + 2, batch + 3));

        assertThat(harms(history)).containsExactly("DATA other data in public.item (price)");
    }

    @Test
    void ofManyBatchesInAScriptTheFirstTwoTheMiddleAndTheLastOneAreStopped() throws Exception {
        CrashHistory history = crash(Change.eachOnItsOwn(IntStream.range(0, 6)
                .mapToObj(part -> "update item set token = 'new' where token is null and id % 6 = " + part)
                .toArray(String[]::new)));

        assertThat(seen(history, Crash.BACKEND_TERMINATED))
                .containsExactly(
                        "before 1 ROLLED_BACK",
                        "during 1 ROLLED_BACK",
                        "after 1 REPEATED",
                        "during 2 REPEATED",
                        "after 2 REPEATED",
                        "during 4 REPEATED",
                        "after 4 REPEATED",
                        "during 6 REPEATED",
                        "after 6 REPEATED");
        assertThat(history.trials()).hasSize(3 * 9);
        assertThat(history.points()).isEqualTo(3 * (1 + 2 * 6));
        assertThat(harms(history)).isEmpty();
    }

    @Test
    void aBackfillThatGoesOnWhereItWasStoppedIsStoppedInEachOfItsBatches() throws Exception {
        CrashHistory history =
                crash(backfill("update item set token = gen_random_uuid() where :batch and token is null"));

        assertThat(history.trials().stream().map(trial -> trial.statement().line()))
                .containsOnlyElementsOf(IntStream.rangeClosed(1, 20).boxed().toList());
        assertThat(seen(history, Crash.SERVER_STOPPED))
                .contains(
                        "before 1 REPEATED",
                        "during 1 REPEATED",
                        "during 2 REPEATED",
                        "during 11 REPEATED",
                        "after 11 REPEATED",
                        "during 20 REPEATED");
        assertThat(history.trials())
                .allSatisfy(trial -> assertThat(trial.outcome()).isEqualTo(CrashHistory.Outcome.REPEATED));
        assertThat(history.points()).isEqualTo(3 * (1 + 2 * 20));
    }

    @Test
    void aBackfillThatCountsItsBatchesInItsSessionComesToOtherData() throws Exception {
        CrashHistory history = crash(backfill("with counted as (select set_config('script.batch', (1 +"
                + " coalesce(nullif(current_setting('script.batch', true), ''), '0')::int)::text, false) as number)"
                + " update item set price = number::int from counted where :batch"));

        assertThat(harms(history)).containsExactly("DATA other data in public.item (price)");
        assertThat(history.trials())
                .allSatisfy(trial -> assertThat(trial.outcome()).isEqualTo(CrashHistory.Outcome.HARMED));
    }

    @Test
    void aBackfillThatNeedsWhatItsSessionKnewCannotGoOn() throws Exception {
        CrashHistory history = crash(backfill("update item set token = case when (select batches from"
                + " zdm_backfill.position) = 0 then set_config('script.token', 'new', false)"
                + " else current_setting('script.token') end where :batch"));

        assertThat(harms(history))
                .contains("RETRY_FAILED 42704 ERROR: unrecognized configuration parameter \"script.token\"");
        Trial last = history.trials().get(history.trials().size() - 1);
        assertThat(last.moment().label() + " " + last.statement().line() + " " + last.outcome())
                .isEqualTo("during 2 HARMED");
    }

    private static Change backfill(String statement) {
        return Backfill.over("item", "id", statement).inBatchesOf(100);
    }

    @Test
    void aStatementThatWaitsForNothingIsToldAsNotInterrupted() throws Exception {
        CrashHistory history = crash(Change.statements("set local work_mem = '8MB'", "select 1"));

        assertThat(seen(history, Crash.BACKEND_TERMINATED))
                .containsExactly(
                        "before 1 ROLLED_BACK",
                        "during 1 NOT_INTERRUPTED",
                        "after 1 ROLLED_BACK",
                        "during 2 NOT_INTERRUPTED",
                        "after 2 ROLLED_BACK");
    }

    @Test
    void flywayRemembersAFailedMigrationOutsideOfATransaction() throws Exception {
        FlywaySource source = FlywaySource.at("classpath:dev/zdm/crash/failed");
        CrashHistory history = crash(Baseline.of(Change.flyway("1", source)), Change.flyway("2", source));

        assertThat(harms(history))
                .anySatisfy(harm -> assertThat(harm)
                        .startsWith("TOOL_LOCK null Flyway has migration 2 down as failed in flyway_schema_history"));
        assertThat(harms(history))
                .contains("RETRY_FAILED 42701 ERROR: column \"note\" of relation \"item\" already exists");
    }

    @Test
    void flywayInATransactionCanBeRepeated() throws Exception {
        FlywaySource source = FlywaySource.at("classpath:dev/zdm/crash/whole");
        CrashHistory history = crash(Baseline.of(Change.flyway("1", source)), Change.flyway("3", source));

        assertThat(harms(history)).isEmpty();
        assertThat(seen(history, Crash.CLIENT_GONE))
                .containsExactly(
                        "before 1 ROLLED_BACK",
                        "during 1 ROLLED_BACK",
                        "after 1 ROLLED_BACK",
                        "before 1 REPEATED",
                        "during 1 REPEATED",
                        "after 1 REPEATED");
    }

    @Test
    void liquibaseLeavesItsLock() throws Exception {
        String changelog = "dev/zdm/crash/changelog.xml";
        CrashHistory history = crash(Baseline.of(Change.liquibase(changelog, "1")), Change.liquibase(changelog, "2"));

        assertThat(harms(history))
                .containsExactly(
                        "TOOL_LOCK null Liquibase's lock is left in databasechangeloglock: every later run waits"
                                + " for it and fails");
    }

    @Test
    void aDeploymentThatReleasesLiquibasesLockFirstGoesOn() throws Exception {
        Change plain = Change.liquibase("dev/zdm/crash/changelog.xml", "2");
        Change releasing = Change.code("release and update", CrashTrialsTest::releaseAndUpdate);
        Database before = built(server, Baseline.of(Change.liquibase("dev/zdm/crash/changelog.xml", "1")));
        try (Database reference = before.copy();
                Patient released = new Patient(before.copy());
                Patient stuck = new Patient(before.copy())) {
            assertThat(Aftermath.carryOut(plain, reference, new Step.Recorder(), LONGEST))
                    .isNull();
            CrashRun run = new CrashRun(plain, false, server, Set.of(), Set.of(), LONGEST);
            Step first = new Step(1, new SqlStatement("the first of the change set", "changelog.xml", 1));
            Stop killed = new Stop(first, Moment.AFTER, Crash.CLIENT_GONE);
            assertThat(run.stopAt(killed, released).stopped()).isTrue();
            assertThat(run.stopAt(killed, stuck).stopped()).isTrue();

            assertThat(new Aftermath(releasing, LONGEST, before, reference).harms(released.database()))
                    .isEmpty();
            assertThat(new Aftermath(plain, LONGEST, before, reference).harms(stuck.database()))
                    .extracting(Harm::kind)
                    .containsExactly(Harm.Kind.TOOL_LOCK);
        }
        before.close();
    }

    private static void releaseAndUpdate(DataSource database) throws Exception {
        try (Connection connection = database.getConnection();
                Liquibase liquibase = new Liquibase(
                        "dev/zdm/crash/changelog.xml",
                        new ClassLoaderResourceAccessor(),
                        new JdbcConnection(connection))) {
            liquibase.forceReleaseLocks();
            liquibase.update("2", new Contexts(), new LabelExpression());
        }
    }

    private static CrashHistory crash(Change change) throws Exception {
        return crash(ITEMS, change);
    }

    private static CrashHistory crash(Baseline baseline, Change change) throws Exception {
        RehearsalPlan plan = RehearsalPlan.named("crash", baseline)
                .withVersions(ApplicationVersion.absent(), ApplicationVersion.absent())
                .withPhase(Phase.of("change", change));
        Inspection.Inspected inspected;
        try (Inspection inspection = new Inspection(plan, built(server, baseline))) {
            inspected = inspection.inspect(0);
        }
        try (CrashTrials trials = new CrashTrials(server, built(server, baseline), LONGEST)) {
            CrashHistory history = trials.run(change, inspected.footprints());
            assertThat(history.notTried()).isNull();
            return history;
        }
    }

    private static Database built(EmbeddedServer on, Baseline baseline) {
        return on.fresh(baseline, empty -> {
            for (Change step : baseline.steps()) {
                try {
                    assertThat(Aftermath.carryOut(step, empty, new Step.Recorder(), LONGEST))
                            .isNull();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        });
    }

    private static List<String> seen(CrashHistory history, Crash crash) {
        return history.trials().stream()
                .filter(trial -> trial.crash() == crash)
                .sorted(Comparator.comparing((Trial trial) -> trial.statement().source())
                        .thenComparing(trial -> trial.statement().line())
                        .thenComparing(Trial::moment))
                .map(trial -> trial.moment().label() + " " + trial.statement().line() + " " + trial.outcome())
                .toList();
    }

    private static List<String> harms(CrashHistory history) {
        return history.trials().stream()
                .flatMap(trial -> trial.harms().stream())
                .map(harm -> harm.kind() + " "
                        + (harm.kind() == Harm.Kind.RETRY_FAILED || harm.kind() == Harm.Kind.TOOL_LOCK
                                ? (harm.sqlState() == null ? "null " : harm.sqlState() + " ")
                                : "")
                        + harm.what().lines().findFirst().orElse(""))
                .distinct()
                .toList();
    }
}
