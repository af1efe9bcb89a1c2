package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.BlockingSession;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.plan.Tolerance;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.ChangeFailed;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.RehearsalResult;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Changes that never end, lose their session or are interrupted end all the same, and leave nothing behind. */
@Tag("measured")
@Timeout(120)
class EndlessChangeTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final BlockingSession IN_THE_WAY =
            new BlockingSession(List.of("lock table archive in access exclusive mode"), Duration.ofHours(1));
    private static final Change ALTER = Change.statements("select 1", "alter table archive add column note text");

    private final CountDownLatch testEnded = new CountDownLatch(1);

    private static RehearsalPlan plan(Change change) {
        Baseline tables =
                Baseline.ofSql("create table person (id bigint primary key)", "create table archive (id int)");
        return RehearsalPlan.named("endless", tables)
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of("count", "select count(*) from person")),
                        ApplicationVersion.absent())
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(200), Duration.ofSeconds(20)))
                .withTolerance(Tolerance.DEFAULT.withChangeTime(LIMIT))
                .withPhase(Phase.of("endless", change));
    }

    private static RehearsalResult run(RehearsalPlan plan) throws SQLException {
        List<String> before = databases();
        RehearsalResult result = Rehearsal.run(plan, TestServer.get());
        assertThat(databases()).isEqualTo(before);
        return result;
    }

    /** Returns why the change failed, for the only finding must be that it did. */
    private static String failure(RehearsalResult result) {
        assertThat(result.verdict().findings())
                .as(TextReport.of(result))
                .singleElement()
                .satisfies(finding -> assertThat(finding.hazard()).isEqualTo(Hazard.CHANGE_FAILED));
        ChangeFailed failed = (ChangeFailed) result.verdict().findings().get(0);
        return failed.run().failure() + " at " + failed.run().statement().position();
    }

    @Test
    void aStatementThatNeverEndsIsStoppedOnTheQuietClone() throws SQLException {
        String failure = failure(run(plan(Change.statements("select 1", "select pg_sleep(3600)"))));

        assertThat(failure)
                .contains("sqlState=57014", "it was stopped after 2.0 s, the limit of a change, while it ran alone")
                .contains("(Timeout: PgSleep), waiting for no lock")
                .endsWith("at statement:2");
    }

    @Test
    void aStatementThatWaitsForEverUnderLoadIsStoppedAndSaysWhatItWaitedFor() throws SQLException {
        String failure = failure(run(plan(ALTER).withBlocker(IN_THE_WAY)));

        assertThat(failure)
                .contains("sqlState=57014", "canceling statement due to user request")
                .contains(
                        "it was stopped after 2.0 s, the limit of a change; it was waiting for AccessExclusiveLock on "
                                + "archive for ")
                .contains(
                        ", behind 'zdm blocking session' (pid ",
                        ", user postgres, idle in transaction, its transaction")
                .contains(": lock table archive in access exclusive mode)")
                .endsWith("at statement:2");
    }

    @Test
    void codeThatGoesOnForEverIsInterrupted() throws SQLException {
        String failure = failure(run(plan(Change.code("endless code", EndlessChangeTest::repeat))));

        assertThat(failure)
                .contains("sqlState=57014", "it was stopped after 2.0 s")
                .contains(" at endless code:");
    }

    private static void repeat(DataSource database) throws SQLException {
        while (true) {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("select pg_sleep(0.01)");
            }
        }
    }

    @Test
    void codeThatIgnoresInterruptsIsLeftBehind() throws SQLException {
        String failure = failure(run(plan(Change.code("deaf code", database -> waitDeafly()))));

        assertThat(failure)
                .contains("sqlState=57014", "it was doing something without a session of the database")
                .contains("its thread does not react to being interrupted and was left behind");
    }

    private void waitDeafly() {
        while (testEnded.getCount() > 0) {
            try {
                testEnded.await();
            } catch (InterruptedException e) {
                // That is what deaf means.
            }
        }
    }

    @AfterEach
    void endDeafThreads() {
        testEnded.countDown();
    }

    @Test
    void aLostSessionIsAFailureOfItsStatement() throws SQLException {
        String failure =
                failure(run(plan(Change.statements("select 1", "select pg_terminate_backend(pg_backend_pid())"))));

        assertThat(failure)
                .contains("sqlState=57P01", "terminating connection due to administrator command")
                .endsWith("at statement:2");
    }

    @Test
    void aSessionLostBetweenTwoStatementsIsAFailureOfTheSecond() throws SQLException {
        String failure = failure(run(plan(Change.code("two sessions", EndlessChangeTest::loseASession))));

        assertThat(failure).containsPattern("sqlState=(57P01|08006)").endsWith("at two sessions:3");
    }

    private static void loseASession(DataSource database) throws SQLException {
        try (Connection one = database.getConnection();
                Statement lost = one.createStatement();
                Connection other = database.getConnection();
                Statement killer = other.createStatement();
                ResultSet pid = lost.executeQuery("select pg_backend_pid()")) {
            pid.next();
            killer.execute("select pg_terminate_backend(" + pid.getInt(1) + ", 30000)");
            lost.execute("select 3");
        }
    }

    @Test
    void anInterruptUnderLoadEndsTheRehearsalAtOnceAndSaysWhoWaited() throws SQLException {
        List<String> before = databases();
        RehearsalPlan patient = plan(ALTER).withBlocker(IN_THE_WAY).withTolerance(Tolerance.DEFAULT);
        try (Rehearsal rehearsal = Rehearsal.open(patient, TestServer.get(), ProgressListener.silent())) {
            Thread tester = Thread.currentThread();
            new Thread(() -> interruptWhenWaiting(rehearsal, tester), "interrupter").start();

            assertThatThrownBy(rehearsal::runNext)
                    .isInstanceOf(RehearsalException.class)
                    .hasMessageStartingWith("phase 'endless' was interrupted: 2 statements was stopped at statement:2")
                    .hasMessageContaining(
                            "the rehearsal was interrupted; it was waiting for AccessExclusiveLock on archive")
                    .hasMessageContaining("behind 'zdm blocking session' (pid ");
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(databases()).isEqualTo(before);
    }

    private static void interruptWhenWaiting(Rehearsal rehearsal, Thread tester) {
        String waiting = "'zdm migration' (pid ";
        while (!rehearsal.lockWaits().startsWith(waiting)) {
            Thread.onSpinWait();
        }
        tester.interrupt();
    }

    @Test
    void anInterruptOfTheInspectionEndsItAtOnce() throws SQLException {
        List<String> before = databases();
        RehearsalPlan sleep = plan(Change.statements("select pg_sleep(3600)")).withTolerance(Tolerance.DEFAULT);
        try (Rehearsal rehearsal = Rehearsal.open(sleep, TestServer.get(), ProgressListener.silent())) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(rehearsal::runNext).hasMessageContaining("the rehearsal was interrupted; it was ");
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(databases()).isEqualTo(before);
    }

    /** Returns the databases of the server that are no templates: what a rehearsal makes goes with it. */
    private static List<String> databases() throws SQLException {
        List<String> names = new ArrayList<>();
        try (var database = TestServer.get().fresh("administrator", empty -> {})) {
            String url = database.jdbcUrl().replace("/" + database.name(), "/postgres");
            database.close();
            try (Connection connection = DriverManager.getConnection(url, database.credentials());
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select datname from pg_database where datallowconn")) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names;
    }
}
