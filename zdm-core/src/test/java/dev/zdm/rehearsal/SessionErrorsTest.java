package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.OperationName;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.BlockingSession;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.plan.VersionRole;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.ChangeFailed;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.OperationFailed;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.workload.Operation;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each error that a change can give an application's sessions is told with version, operation and culprit. */
@Tag("measured")
class SessionErrorsTest {
    private static final LoadProfile QUICK =
            LoadProfile.DEFAULT.withWindows(Duration.ofMillis(200), Duration.ofSeconds(20));
    private static final String ANY = "(select 1 + (random() * 499)::int)";

    private static final Baseline PEOPLE = Baseline.ofSql(
                    "create table person (id bigserial primary key, name text not null, age int)",
                    "insert into person (name, age) select 'p' || g, g % 90 from generate_series(1, :rows) g",
                    "create table town (id bigserial primary key, name text)",
                    "create function initials(text) returns text language sql immutable as $$ select left($1, 2) $$",
                    "create schema crm",
                    "create table crm.contract (id bigserial primary key, person bigint)")
            .withRows(500);

    private static final SqlOperation STEADY = SqlOperation.of("count towns", "select count(*) from public.town");

    /** A change that does more than the statement in question, before and after it. */
    private static Phase apart(String... culprit) {
        return Phase.of("migration", Change.eachOnItsOwn(statements(culprit)));
    }

    private static Phase together(String... culprit) {
        return Phase.of("migration", Change.statements(statements(culprit)));
    }

    private static String[] statements(String... culprit) {
        String[] all = new String[culprit.length + 2];
        all[0] = "alter table town add column person bigint";
        System.arraycopy(culprit, 0, all, 1, culprit.length);
        all[all.length - 1] = "create index town_person_name on town (name)";
        return all;
    }

    private static RehearsalPlan plan(Phase phase, SqlOperation... oldOperations) {
        ApplicationVersion old =
                oldOperations.length == 0 ? ApplicationVersion.absent() : ApplicationVersion.ofSql(oldOperations);
        return RehearsalPlan.named("session errors", PEOPLE)
                .withVersions(old, ApplicationVersion.absent())
                .withLoad(QUICK)
                .withPhase(phase);
    }

    private static void assertFails(
            RehearsalPlan plan, Hazard hazard, String sqlState, OperationName operation, String culprit) {
        RehearsalResult result = Rehearsal.run(plan, TestServer.get());

        assertThat(result.verdict().findings())
                .as(TextReport.of(result))
                .filteredOn(OperationFailed.class::isInstance)
                .map(OperationFailed.class::cast)
                .filteredOn(finding -> finding.error().sqlState().code().equals(sqlState))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.hazard()).isEqualTo(hazard);
                    assertThat(finding.error().operation()).isEqualTo(operation);
                    assertThat(finding.culprit())
                            .hasValueSatisfying(
                                    statement -> assertThat(statement.text()).isEqualTo(culprit));
                });
    }

    private static void assertOldFails(String sqlState, String culprit, SqlOperation operation) {
        for (Phase phase : new Phase[] {apart(culprit), together(culprit)}) {
            assertFails(plan(phase, STEADY, operation), Hazard.OLD_APP_ERROR, sqlState, old(operation.name()), culprit);
        }
    }

    private static OperationName old(String operation) {
        return new OperationName(VersionRole.OLD, operation);
    }

    @Test
    void cachedPlan0A000OfASessionPreparedBefore() {
        SqlOperation operation = SqlOperation.of("load", "begin", "select * from person where id = " + ANY, "commit");
        String culprit = "alter table person add column email text";
        for (Phase phase : new Phase[] {apart(culprit), together(culprit)}) {
            assertFails(plan(phase, STEADY, operation), Hazard.CACHED_PLAN, "0A000", old("load"), culprit);
        }
    }

    @Test
    void columnGone42703() {
        assertOldFails(
                "42703",
                "alter table person rename column name to full_name",
                SqlOperation.of("find", "select name from person where id = " + ANY));
    }

    @Test
    void columnGone42703InTheNewVersion() {
        String culprit = "alter table person rename column age to years";
        assertFails(
                plan(apart(culprit).withTraffic(100, 50))
                        .withVersions(
                                ApplicationVersion.ofSql(STEADY),
                                ApplicationVersion.ofSql(
                                        SqlOperation.of("show", "select age from person where id = " + ANY))),
                Hazard.NEW_APP_ERROR,
                "42703",
                new OperationName(VersionRole.NEW, "show"),
                culprit);
    }

    @Test
    void tableGone42P01UnderTheApplicationsSearchPath() {
        assertOldFails(
                "42P01",
                "alter table crm.contract set schema public",
                SqlOperation.of("sign", "set search_path = crm", "select count(*) from contract"));
    }

    @Test
    void tableGone42P01BetweenTwoStatements() {
        assertFails(
                plan(
                        apart("alter table person rename to people", "create view person as select * from people"),
                        STEADY,
                        SqlOperation.of("find", "select name from person where id = " + ANY)),
                Hazard.OLD_APP_ERROR,
                "42P01",
                old("find"),
                "alter table person rename to people");
    }

    @Test
    void valueMissing23502() {
        String add = "alter table person add column email text not null default 'none'";
        String culprit = "alter table person alter column email drop default";
        SqlOperation operation = SqlOperation.of("enter", "insert into person (name) values ('new')");
        for (Phase phase : new Phase[] {apart(add, culprit), together(add, culprit)}) {
            assertFails(plan(phase, STEADY, operation), Hazard.OLD_APP_ERROR, "23502", old("enter"), culprit);
        }
    }

    @Test
    void checkViolated23514() {
        assertOldFails(
                "23514",
                "alter table person add constraint of_age check (age >= 0) not valid",
                SqlOperation.of("enter", "begin", "insert into person (name, age) values ('x', -1)", "rollback"));
    }

    @Test
    void valueTooLong22001() {
        assertOldFails(
                "22001",
                "alter table person alter column name type varchar(30)",
                SqlOperation.of("enter", "begin", "insert into person (name) values (repeat('x', 40))", "rollback"));
    }

    @Test
    void functionGone42883() {
        assertOldFails(
                "42883",
                "drop function initials(text)",
                SqlOperation.of("sign", "select initials(name) from person where id = " + ANY));
    }

    @Test
    void deadlock40P01() {
        RehearsalPlan plan = RehearsalPlan.named("session errors", PEOPLE)
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of(
                                "move",
                                "begin",
                                "update person set age = age + 1 where id = " + ANY,
                                "select pg_sleep(0.01)",
                                "insert into town (name) values ('new')",
                                "commit")),
                        ApplicationVersion.absent())
                .withLoad(QUICK)
                .withPhase(Phase.of(
                        "migration",
                        Change.statements(
                                "alter table town add column person bigint",
                                "select pg_sleep(0.05)",
                                "alter table person add column town bigint")));
        RehearsalResult result = Rehearsal.run(plan, TestServer.get());

        assertThat(result.verdict().findings()).as(TextReport.of(result)).anySatisfy(finding -> {
            assertThat(finding.hazard()).isEqualTo(Hazard.DEADLOCK);
            assertThat(finding.culprit())
                    .hasValueSatisfying(statement ->
                            assertThat(statement.text()).isEqualTo("alter table person add column town bigint"));
        });
    }

    @Test
    void lockNotAvailable55P03() {
        assertGivesUp(
                "55P03",
                SqlOperation.of("find", "set lock_timeout = '100ms'", "select name from person where id = " + ANY));
    }

    @Test
    void queryCanceled57014() {
        assertGivesUp(
                "57014",
                SqlOperation.of(
                        "find", "set statement_timeout = '100ms'", "select name from person where id = " + ANY));
    }

    private static void assertGivesUp(String sqlState, SqlOperation operation) {
        String culprit = "alter table person add column email text";
        assertFails(
                plan(apart("alter table person alter column age set default 3", culprit), operation)
                        .withBlocker(
                                new BlockingSession(List.of("select count(*) from person"), Duration.ofSeconds(1))),
                Hazard.OLD_APP_ERROR,
                sqlState,
                old("find"),
                "alter table person alter column age set default 3");
    }

    /** A release that swallows an exception and goes on in the transaction. */
    static final class Careless {
        private final DataSource database;

        Careless(DataSource database) {
            this.database = database;
        }

        @Operation
        void enter() throws SQLException {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                insert(statement);
                statement.execute("select count(*) from person where id < 3");
                connection.rollback();
            }
        }

        private static void insert(Statement statement) {
            try {
                statement.execute("insert into person (name) values (repeat('x', 40))");
            } catch (SQLException e) {
                // Careless indeed.
            }
        }
    }

    @Test
    void transactionAborted25P02() {
        String culprit = "alter table person alter column name type varchar(30)";
        for (Phase phase : new Phase[] {apart(culprit), together(culprit)}) {
            assertFails(
                    plan(phase).withVersions(ApplicationVersion.of(Careless.class), ApplicationVersion.absent()),
                    Hazard.OLD_APP_ERROR,
                    "25P02",
                    old("enter"),
                    culprit);
        }
    }

    @Test
    void enumValueUsedTooEarly55P04IsTheChangesOwnFailure() {
        RehearsalPlan plan = RehearsalPlan.named(
                        "session errors",
                        PEOPLE.then(Change.eachOnItsOwn(
                                "create type mood as enum ('calm')", "alter table person add column mood mood")))
                .withVersions(ApplicationVersion.ofSql(STEADY), ApplicationVersion.absent())
                .withLoad(QUICK)
                .withPhase(Phase.of(
                        "migration",
                        Change.statements(
                                "alter type mood add value 'loud'",
                                "comment on type mood is 'how they are'",
                                "update person set mood = 'loud' where id = 1")));
        RehearsalResult result = Rehearsal.run(plan, TestServer.get());

        assertThat(result.verdict().findings())
                .as(TextReport.of(result))
                .singleElement()
                .isInstanceOfSatisfying(ChangeFailed.class, finding -> {
                    assertThat(finding.hazard()).isEqualTo(Hazard.NON_TRANSACTIONAL);
                    assertThat(finding.run().statement().text())
                            .isEqualTo("update person set mood = 'loud' where id = 1");
                });
    }
}
