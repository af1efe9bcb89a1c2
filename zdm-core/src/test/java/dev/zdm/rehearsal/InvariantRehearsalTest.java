package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.database.Database;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.plan.Tolerance;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.InvariantBroken;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.verdict.Verdict;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Invariants in whole rehearsals. */
class InvariantRehearsalTest {
    private static final Invariant NEVER_BELOW_ZERO =
            Invariant.of("never below zero", "select id, balance from account where balance < 0 order by id");

    private static RehearsalPlan plan(Change change) {
        Baseline accounts = Baseline.ofSql(
                        "create table account (id int primary key, balance int not null)",
                        "insert into account select g, 0 from generate_series(1, 500) g")
                .withRows(500);
        return RehearsalPlan.named("accounts", accounts)
                .withVersions(
                        ApplicationVersion.ofSql(
                                SqlOperation.of("find", "select balance from account where id = 7"),
                                SqlOperation.of("earn", "update account set balance = balance + 1 where id = 1")),
                        ApplicationVersion.absent())
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(300), Duration.ofSeconds(20)))
                .withPhase(Phase.of("repair", change));
    }

    private static RehearsalResult run(RehearsalPlan plan) {
        return Rehearsal.run(plan, TestServer.get());
    }

    @Test
    void whatIsBrokenBetweenTwoStatementsIsSeenAndTheStatementNamed() {
        RehearsalResult result = run(plan(Change.eachOnItsOwn(
                        "comment on table account is 'under repair'",
                        "update account set balance = balance - 1000000 where id in (5, 6)",
                        "update account set balance = balance + 1000000 where id in (5, 6)"))
                .withInvariant(NEVER_BELOW_ZERO));

        assertThat(result.verdict().findings())
                .as(TextReport.of(result))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.hazard()).isEqualTo(Hazard.DATA_DRIFT);
                    assertThat(finding.culprit().orElseThrow().position()).isEqualTo("statement:2");
                });
        assertThat(TextReport.of(result))
                .contains("2 rows in a snapshot under load (and in ")
                .contains("the first: id=5, balance=-1000000 | id=6, balance=-1000000");
    }

    @Test
    void whatIsBrokenWithinATransactionOnlyIsSeenByNobody() {
        RehearsalResult result = run(plan(Change.statements(
                        "update account set balance = balance - 1000000 where id in (5, 6)",
                        "update account set balance = balance + 1000000 where id in (5, 6)"))
                .withInvariant(NEVER_BELOW_ZERO));

        assertThat(result.verdict()).as(TextReport.of(result)).isEqualTo(new Verdict.Passed());
        assertThat(TextReport.of(result))
                .containsPattern("data     : 'never below zero' held in [0-9]+ snapshots under load and when drained");
    }

    /** The procedure is one statement, and commits what it has done before it is done. */
    @Test
    void whatAProcedureCommitsOnItsWayIsSeen() {
        String procedure = "do $$ begin update account set balance = balance - 1000000 where id = 5; commit;"
                + " perform pg_sleep(1); update account set balance = balance + 1000000 where id = 5; end $$";
        RehearsalResult result = run(plan(Change.eachOnItsOwn(procedure)).withInvariant(NEVER_BELOW_ZERO));

        assertThat(result.verdict().findings())
                .as(TextReport.of(result))
                .singleElement()
                .isInstanceOf(InvariantBroken.class);
    }

    /** Every evaluation reads the table for 200 ms, and the migration locks it eight times. */
    @Test
    void theChangeDoesNotQueueBehindAnEvaluation() {
        Invariant slow = Invariant.of(
                "slow", "select id from account where id = 1 and balance < 0 or pg_sleep(0.2) is null and id < 2");
        String[] statements = new String[8];
        for (int i = 0; i < statements.length; i++) {
            statements[i] = "alter table account add column c" + i + " int";
        }
        RehearsalResult result = run(plan(Change.eachOnItsOwn(statements))
                .withTolerance(Tolerance.DEFAULT.withLockWait(Duration.ofMillis(100)))
                .withInvariant(slow));

        assertThat(result.verdict()).as(TextReport.of(result)).isEqualTo(new Verdict.Passed());
    }

    @Test
    void aSlowInvariantIsInconclusive() {
        RehearsalResult result = run(plan(Change.none())
                .withTolerance(Tolerance.DEFAULT.withInvariantTime(Duration.ofMillis(150)))
                .withInvariant(Invariant.of("slow", "select pg_sleep(3600)")));

        assertThat(result.verdict()).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(TextReport.verdict(result.phases().get(0)))
                .contains("1. could not tell · invariant 'slow' took too long: it was stopped after 0.15 s");
    }

    @Test
    void anInterruptEndsAnEvaluation() throws Exception {
        RehearsalPlan plan = plan(Change.none())
                .withTolerance(Tolerance.DEFAULT.withInvariantTime(Duration.ofHours(1)))
                .withInvariant(Invariant.of("endless", "select pg_sleep(3600)").whenDrained());
        Thread test = Thread.currentThread();
        try (Database aside = TestServer.get().fresh("administrator", empty -> {});
                Connection watcher = DriverManager.getConnection(aside.jdbcUrl(), aside.credentials());
                Rehearsal rehearsal =
                        Rehearsal.open(Rehearsal.resolve(plan), TestServer.get(), ProgressListener.silent())) {
            Thread interrupting = new Thread(() -> {
                awaitEvaluation(watcher);
                test.interrupt();
            });
            interrupting.start();

            assertThatThrownBy(rehearsal::runNext)
                    .isInstanceOf(RehearsalException.class)
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
            interrupting.join();
            assertThat(evaluations(watcher)).isZero();
        }
    }

    private static void awaitEvaluation(Connection watcher) {
        try {
            while (evaluations(watcher) == 0) {
                Thread.onSpinWait();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int evaluations(Connection watcher) throws SQLException {
        try (Statement statement = watcher.createStatement();
                ResultSet count = statement.executeQuery(
                        "select count(*) from pg_stat_activity where query = 'select pg_sleep(' || 3600 || ')'"
                                + " and state = 'active'")) {
            count.next();
            return count.getInt(1);
        }
    }
}
