package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.observation.LockWait;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.Window;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.plan.Tolerance;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Doubt;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.verdict.TooSlow;
import dev.zdm.verdict.Verdict;
import dev.zdm.verdict.WaitedForMigration;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole rehearsals on a real server, one for each way in which a phase can end. */
class RehearsalTest {
    private static final LoadProfile QUICK =
            LoadProfile.DEFAULT.withWindows(Duration.ofMillis(300), Duration.ofSeconds(20));
    private static final String READ = "select name from person where id = (select 1 + (random() * 4999)::int)";
    private static final SqlOperation FIND = SqlOperation.of("find", READ);

    private static final Baseline PEOPLE = Baseline.ofSql(
                    "create table person (id bigint primary key, name text not null)",
                    "insert into person select g, 'p' || g from generate_series(1, :rows) g")
            .withRows(5000);

    private static RehearsalPlan plan(Phase... phases) {
        RehearsalPlan plan = RehearsalPlan.named("people", PEOPLE)
                .withVersions(ApplicationVersion.ofSql(FIND), ApplicationVersion.absent())
                .withLoad(QUICK);
        for (Phase phase : phases) {
            plan = plan.withPhase(phase);
        }
        return plan;
    }

    private static RehearsalResult run(RehearsalPlan plan) {
        return Rehearsal.run(plan, TestServer.get());
    }

    private static void assertPassed(RehearsalResult result) {
        assertThat(result.verdict()).as(TextReport.of(result)).isEqualTo(new Verdict.Passed());
    }

    @Test
    void aRunWithoutAnyChangeIsGreen() {
        RehearsalResult result = run(plan(Phase.of("nothing", Change.none())));

        assertPassed(result);
        Window window = result.phases().get(0).history().windows().get(0);
        assertThat(window.kind()).isEqualTo(WindowKind.STEADY);
        assertThat(window.coverage()).singleElement().satisfies(coverage -> {
            assertThat(coverage.succeeded()).isGreaterThanOrEqualTo(12);
            assertThat(coverage.sessions()).isEqualTo(4);
            assertThat(coverage.ofSessions()).isEqualTo(4);
        });
    }

    @Test
    void bothVersionsRunSideBySideAtEachTrafficStep() {
        RehearsalResult result = run(plan(Phase.of("roll out", Change.none()).withTraffic(100, 50, 0))
                .withVersions(ApplicationVersion.ofSql(FIND), ApplicationVersion.ofSql(SqlOperation.of("look", READ))));

        assertPassed(result);
        assertThat(result.phases().get(0).history().windows())
                .extracting(
                        window -> window.oldPercent() + " " + window.coverage().size())
                .as("after each step one step back")
                .containsExactly("100 1", "50 2", "100 1", "0 1", "50 2");
    }

    @Test
    void createIndexConcurrentlyRunsOutsideOfATransaction() {
        assertPassed(run(plan(
                Phase.of("index", Change.eachOnItsOwn("create index concurrently person_name on person (name)")))));
    }

    @Test
    void aBatchedBackfillIsGreenAndFillsEveryRow() {
        assertPassed(run(plan(
                        Phase.of("expand", Change.statements("alter table person add column short text")),
                        Phase.of(
                                "backfill",
                                Backfill.over(
                                                "person",
                                                "id",
                                                "update person set short = left(name, 3) "
                                                        + "where id >= :from and id < :to and short is null")
                                        .inBatchesOf(700)))
                .withInvariant(Invariant.of("filled", "select id from person where short is null")
                        .from("backfill"))));
    }

    @Test
    void anOperationThatAlwaysFailedIsInconclusive() {
        RehearsalResult result = run(plan(Phase.of("nothing", Change.none()))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of("find", "select nothing from person")),
                        ApplicationVersion.absent()));

        assertThat(result.verdict()).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(TextReport.verdict(result.phases().get(0)))
                .startsWith("Phase 'nothing' is INCONCLUSIVE: 1 doubt\n\n1. could not tell · operation 'find' (old "
                        + "version) failed every time, already before the change (")
                .contains("SQLSTATE 42703): ERROR: column \"nothing\" does not exist")
                .endsWith("do       : make the operation work on the baseline first\n");
    }

    @Test
    void aWindowThatCannotBeCoveredIsInconclusive() {
        RehearsalResult result = run(plan(Phase.of("nothing", Change.none()))
                .withLoad(QUICK.withRate(8).withWindows(Duration.ofMillis(100), Duration.ofMillis(600)))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of("doze", "select pg_sleep(0.4)")),
                        ApplicationVersion.absent()));

        assertThat(result.verdict().doubts()).hasSize(1).first().isInstanceOf(Doubt.NotCovered.class);
    }

    @Test
    void aLoadBeyondTheApplicationsCapacityIsLoweredAndNoted() {
        RehearsalResult result = run(plan(Phase.of("nothing", Change.none()))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of("doze", "select pg_sleep(0.03)")),
                        ApplicationVersion.absent()));

        assertPassed(result);
        assertThat(result.phases().get(0).history().notes())
                .singleElement()
                .asString()
                .startsWith("the application is too slow for the load that was planned: it was lowered to ");
    }

    @Test
    void aChangeThatFailsIsAFindingWithItsPlace() {
        RehearsalResult result =
                run(plan(Phase.of("break", Change.statements("select 1", "alter table person add column name text"))));

        assertThat(TextReport.verdict(result.phases().get(0))).isEqualTo("""
                        Phase 'break' is NOT zero-downtime: 1 finding

                        1. change failed                                                              [change-failed]
                           expected : the change succeeds
                           found    : it failed with SQLSTATE 42701: ERROR: column "name" of relation "person" already exists
                           caused by: statement:2  alter table person add column name text
                           why      : a statement that fails ends its transaction; statements before it in autocommit stay done
                           do       : make the change work on this data; see the server's message
                           see      : docs/hazards.md#change-failed, https://www.postgresql.org/docs/current/errcodes-appendix.html
                        """);
    }

    @Test
    void aDroppedColumnFailsItsReaderAndNamesTheStatement() {
        RehearsalResult result =
                run(plan(Phase.of("contract", Change.statements("alter table person drop column name"))));

        PhaseResult phase = result.phases().get(0);
        assertThat(phase.verdict().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.hazard()).isEqualTo(Hazard.OLD_APP_ERROR);
            assertThat(finding.culprit().orElseThrow().position()).isEqualTo("statement:1");
        });
        assertThat(TextReport.verdict(phase))
                .contains("1. error · operation 'find' (old version)")
                .contains("with SQLSTATE 42703 (every time since): ERROR: column \"name\" does not exist")
                .contains("in: " + READ);
    }

    /** Whether two sessions wait for each other is a matter of chance, what the change does besides is not. */
    @Test
    void theOtherEffectsOfAVictimOfADeadlockAreSeenToo() {
        String dropsAtTheSecondTry = "do $$ begin"
                + " if nextval('tries') % 2 = 1 then raise exception 'no luck' using errcode = '40P01'; end if;"
                + " alter table person drop column name; end $$";
        RehearsalResult result =
                run(RehearsalPlan.named("unlucky", PEOPLE.then(Change.statements("create sequence tries")))
                        .withVersions(ApplicationVersion.ofSql(FIND), ApplicationVersion.absent())
                        .withLoad(QUICK)
                        .withPhase(Phase.of("contract", Change.statements(dropsAtTheSecondTry))));

        assertThat(result.verdict().findings())
                .as(TextReport.of(result))
                .extracting(Finding::hazard)
                .containsExactly(Hazard.DEADLOCK, Hazard.OLD_APP_ERROR);
        assertThat(TextReport.of(result)).contains("victim of a deadlock and was carried out again");
    }

    @Test
    void aFailureNowAndThenBeforeTheChangeDoesNotExcuseOneEveryTimeAfterIt() {
        RehearsalResult result = run(plan(Phase.of(
                        "stricter",
                        Change.statements(
                                "create function refuse() returns trigger language plpgsql as "
                                        + "$$ begin raise exception 'refused' using errcode = '23505'; end $$",
                                "create trigger refuse before insert on person for each row execute function refuse()")))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of(
                                "insert",
                                "insert into person values (case when random() < 0.1 then 1 else "
                                        + "5001 + (random() * 1e12)::bigint end, 'p7')")),
                        ApplicationVersion.absent()));

        assertThat(result.verdict().findings())
                .as(TextReport.of(result))
                .extracting(Finding::hazard)
                .containsExactly(Hazard.OLD_APP_ERROR);
    }

    @Test
    void anOpenTransactionOfTheMigrationIsALockWaitOfTheOperation() {
        RehearsalResult result = run(plan(Phase.of(
                "slow", Change.statements("alter table person add column short text", "select pg_sleep(0.5)"))));

        Finding finding = result.verdict().findings().get(0);
        assertThat(finding.hazard()).as(TextReport.of(result)).isEqualTo(Hazard.LOCK_WAIT);
        assertThat(finding)
                .isInstanceOfSatisfying(
                        WaitedForMigration.class,
                        waited -> assertThat(waited.waits().get(0)).satisfies(wait -> {
                            assertThat(wait.cause()).isEqualTo(LockWait.Cause.MIGRATION);
                            assertThat(wait.mode()).isEqualTo("AccessShareLock");
                            assertThat(String.valueOf(wait.relation())).isEqualTo("person");
                            assertThat(String.valueOf(wait.operation())).isEqualTo("'find' (old version)");
                            assertThat(wait.duration()).isGreaterThan(Duration.ofMillis(250));
                        }));
    }

    @Test
    void anOperationSlowerThanAllowedIsAFinding() {
        RehearsalPlan slower = RehearsalPlan.named(
                        "slower", Baseline.ofSql("create function tax() returns int language sql as 'select 1'"))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of("price", "select tax()")), ApplicationVersion.absent())
                .withLoad(QUICK.withRate(10))
                .withTolerance(Tolerance.DEFAULT.withLatency(Duration.ofMillis(250)))
                .withPhase(Phase.of(
                        "slower",
                        Change.statements("create or replace function tax() returns int language plpgsql as "
                                + "$$ begin perform pg_sleep(0.3); return 1; end $$")));

        RehearsalResult result = run(slower);

        assertThat(result.verdict().findings())
                .as(TextReport.of(result))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.hazard()).isEqualTo(Hazard.LATENCY);
                    assertThat(((TooSlow) finding).after().p99()).isGreaterThan(Duration.ofMillis(299));
                });
    }

    @Test
    void anInvariantThatCannotBeEvaluatedIsInconclusive() {
        RehearsalResult result = run(plan(Phase.of("nothing", Change.none()))
                .withInvariant(Invariant.of("broken", "select id from nowhere")));

        assertThat(TextReport.verdict(result.phases().get(0)))
                .contains(
                        "could not tell · invariant 'broken' could not be evaluated: ERROR: relation \"nowhere\" does "
                                + "not exist Position: 16 (SQLSTATE 42P01)");
    }

    @Test
    void aSeedThatFailsSaysWhere() {
        RehearsalPlan broken = RehearsalPlan.named(
                        "broken", PEOPLE.then(Change.script("dev/zdm/rehearsal/broken-seed.sql")))
                .withVersions(ApplicationVersion.ofSql(FIND), ApplicationVersion.absent())
                .withPhase(Phase.of("nothing", Change.none()));

        assertThatThrownBy(() -> run(broken))
                .isInstanceOf(PlanException.class)
                .hasMessageStartingWith(
                        "the baseline cannot be built: script dev/zdm/rehearsal/broken-seed.sql failed at "
                                + "broken-seed.sql:4: ERROR: duplicate key value violates unique constraint \"person_pkey\"")
                .hasMessageContaining("(SQLSTATE 23505)\n    insert into person values (1, 'twice')");
    }

    @Test
    void nothingOfARehearsalStaysOnTheServer() throws SQLException {
        run(plan(Phase.of("expand", Change.statements("alter table person add column short text"))));

        try (Connection connection = administrator();
                Statement statement = connection.createStatement()) {
            assertThat(column(
                            statement,
                            "select application_name from pg_stat_activity where application_name like 'zdm%'"
                                    + " and pid <> pg_backend_pid() and datname <> current_database()"))
                    .isEmpty();
        }
    }

    @Test
    void theHistoryOfAGreenChangeSaysWhatWasSeen() {
        RehearsalResult result =
                run(plan(Phase.of("expand", Change.statements("alter table person add column short text"))));

        assertPassed(result);
        PhaseHistory history = result.phases().get(0).history();
        assertThat(history.footprints()).singleElement().satisfies(footprint -> {
            assertThat(footprint.locks())
                    .anySatisfy(lock ->
                            assertThat(lock.relation() + " " + lock.mode()).isEqualTo("person ACCESS_EXCLUSIVE"));
            assertThat(footprint.rewrites()).isEmpty();
        });
        assertThat(history.use().all().used()).extracting(Object::toString).containsExactly("person");
        assertThat(history.use().all().written()).isEmpty();
        assertThat(result.phases().get(0).advice())
                .contains("this phase has no rollback: it is a point of no return")
                .anySatisfy(advice -> assertThat(advice).startsWith("set a lock_timeout and retry"));
    }

    private static Connection administrator() throws SQLException {
        try (var database = TestServer.get().fresh("administrator", empty -> {})) {
            String url = database.jdbcUrl().replace("/" + database.name(), "/postgres");
            return DriverManager.getConnection(url, database.credentials());
        }
    }

    private static List<String> column(Statement statement, String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
