package dev.zdm.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.zdm.database.Database;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.Change;
import dev.zdm.plan.FlywaySource;
import dev.zdm.plan.LockRetry;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The runner for production, on a real server with somebody in the way. */
@Timeout(120)
class RetryingRunnerTest {
    private static final LockRetry MANY =
            new LockRetry(Duration.ofMillis(40), 1000, Duration.ofMillis(5), Duration.ofMillis(20));
    private static final String ALTER = "alter table visit add column note text";
    private static final FlywaySource MIGRATIONS = FlywaySource.at("classpath:dev/zdm/change/patience");

    private final Database database = TestServer.get().fresh("retrying", empty -> {});
    private final HikariDataSource pool = new HikariDataSource();

    @BeforeEach
    void connect() throws SQLException {
        pool.setJdbcUrl(database.jdbcUrl());
        pool.setUsername("postgres");
        pool.setMaximumPoolSize(3); // Flyway uses two.
        execute("create table visit (id bigint primary key)", "create table log (line text)");
    }

    @AfterEach
    void disconnect() {
        pool.close();
        database.close();
    }

    @Test
    void exhaustedTriesFailClearlyAndLeaveNothingHalfDone() throws SQLException {
        LockRetry few = MANY.withTries(3);
        Change change = Change.statements("insert into log values ('begun')", ALTER);
        try (InTheWay nightly = new InTheWay(database, "select count(*) from visit")) {
            assertThatThrownBy(() -> new RetryingRunner(pool, few).run(change))
                    .isInstanceOf(ChangeException.class)
                    .hasMessageContaining(
                            "2 statements failed at statement:2: ERROR: canceling statement due to lock timeout")
                    .hasMessageContaining("(SQLSTATE 55P03)\n    " + ALTER + "\n    gave up after 3 tries with a "
                            + "lock_timeout of 40 ms, in ")
                    .hasMessageContaining("; the lock was held by 'nightly' (pid ")
                    .hasMessageContaining(", user postgres, idle in transaction, its transaction open for ")
                    .hasMessageContaining(": select count(*) from visit)");
            nightly.release();
        }
        assertThat(column("select line from log")).isEmpty();
        assertThat(columnsOfVisit()).containsExactly("id");
    }

    @Test
    void whatTheUserMayNotSeeIsLeftOut() throws SQLException {
        execute(
                "drop role if exists deployer",
                "create role deployer login",
                "grant create on schema public to deployer");
        execute("create table owned (id int)", "alter table owned owner to deployer");
        HikariDataSource restricted = new HikariDataSource();
        restricted.setJdbcUrl(database.jdbcUrl());
        restricted.setUsername("deployer");
        Change change = Change.statements("alter table owned add column note text");
        try (restricted;
                InTheWay nightly = new InTheWay(database, "select count(*) from owned")) {
            assertThatThrownBy(() -> new RetryingRunner(restricted, MANY.withTries(5)).run(change))
                    .message()
                    .containsPattern("the lock was held by 'nightly' \\(pid \\d+, user postgres\\)$");
            nightly.release();
        }
        execute("drop owned by deployer", "drop role deployer");
    }

    @Test
    void aTransactionIsTriedAsAWholeUntilTheLockIsFree() throws Exception {
        runBehind("select count(*) from visit", Change.statements("insert into log values ('begun')", ALTER));

        assertThat(column("select line from log")).containsExactly("begun");
        assertThat(columnsOfVisit()).containsExactly("id", "note");
    }

    @Test
    void ofStatementsOnTheirOwnOnlyTheFailedOneIsTriedAgain() throws Exception {
        runBehind(
                "select count(*) from visit",
                Change.eachOnItsOwn("insert into log values ('once')", ALTER, "insert into log values ('after')"));

        assertThat(column("select line from log")).containsExactly("once", "after");
        assertThat(columnsOfVisit()).containsExactly("id", "note");
    }

    @Test
    void aTransactionAmongStatementsOnTheirOwnIsTriedFromItsBegin() throws Exception {
        runBehind(
                "select count(*) from visit",
                Change.eachOnItsOwn(
                        "insert into log values ('once')",
                        "begin",
                        "insert into log values ('inside')",
                        ALTER,
                        "commit",
                        "insert into log values ('after')"));

        assertThat(column("select line from log")).containsExactly("once", "inside", "after");
    }

    @Test
    void aBatchOfABackfillIsTriedAgain() throws Exception {
        execute("insert into visit select generate_series(1, 30)");

        runBehind(
                "update visit set id = id where id = 15",
                Backfill.over(
                                "visit",
                                "id",
                                "with touched as (update visit set id = id where id >= :from and id < :to returning id) "
                                        + "insert into log select id::text from touched")
                        .inBatchesOf(10));

        assertThat(column("select line from log")).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    void anIndexIsBuiltConcurrentlyWithoutLockTimeout() throws Exception {
        Change index = Change.eachOnItsOwn("create index concurrently visit_again on visit (id)");
        try (InTheWay writer = new InTheWay(database, "insert into visit values (1)")) {
            CompletableFuture<Void> running = start(index);
            writer.awaitWaiting(5 * MANY.lockTimeout().toMillis() / 1000.0);
            writer.release();
            running.get(60, TimeUnit.SECONDS);
        }
        assertThat(column("select indisvalid from pg_index where indexrelid = 'visit_again'::regclass"))
                .containsExactly("t");
    }

    @Test
    void anInvalidIndexIsNotTriedOver() throws SQLException {
        Change hidden = Change.eachOnItsOwn("create /* hidden */ index concurrently visit_again on visit (id)");
        try (InTheWay writer = new InTheWay(database, "insert into visit values (1)")) {
            assertThatThrownBy(() -> new RetryingRunner(pool, MANY).run(hidden))
                    .hasMessageContaining("(SQLSTATE 55P03)")
                    .hasMessageContaining("gave up: the try left the invalid index visit_again behind; drop it");
            writer.release();
        }
    }

    @Test
    void flywayMigratesAgainAfterAMigrationThatWasRolledBack() throws Exception {
        execute("drop table visit", "drop table log");
        migrate("1");

        runBehind("select count(*) from visit", Change.flyway("2", MIGRATIONS));

        assertThat(columnsOfVisit()).containsExactly("id", "note");
    }

    @Test
    void flywayIsNotTriedOverAMigrationThatItRecordedAsFailed() throws Exception {
        execute("drop table visit", "drop table log");
        migrate("2");
        try (InTheWay nightly = new InTheWay(database, "select count(*) from visit")) {
            assertThatThrownBy(() -> new RetryingRunner(pool, MANY).run(Change.flyway("3", MIGRATIONS)))
                    .hasMessageContaining("gave up: Flyway recorded the migration as failed");
            nightly.release();
        }
    }

    @Test
    void aFlywayOfOnesOwnIsTriedAgainAsCode() throws Exception {
        execute("drop table visit", "drop table log");
        migrate("1");

        Change migration = Change.code(
                "Flyway",
                database -> Flyway.configure()
                        .dataSource(database)
                        .locations("classpath:dev/zdm/change/patience")
                        .target("2")
                        .load()
                        .migrate());
        runBehind("select count(*) from visit", migration);

        assertThat(columnsOfVisit()).containsExactly("id", "note");
    }

    @Test
    void liquibaseGoesOnFromTheChangesetThatFailed() throws Exception {
        Logger.getLogger("liquibase").setLevel(Level.OFF);
        runBehind("select count(*) from visit", Change.liquibase("dev/zdm/change/liquibase/changelog.sql"));

        assertThat(column("select line from log")).containsExactly("first", "second", "third");
        assertThat(columnsOfVisit()).containsExactly("id", "note");
        assertThat(column("select id from databasechangelog order by orderexecuted"))
                .containsExactly("1", "2", "3");
    }

    @Test
    void aScriptIsCarriedOutInProduction() throws Exception {
        DataSource dataSource = pool;

        LockRetry retry =
                LockRetry.DEFAULT.withLockTimeout(Duration.ofMillis(40)).withTries(20);
        new RetryingRunner(dataSource, retry).run(Change.script("dev/zdm/change/add_discount.sql"));

        assertThat(columnsOfVisit()).containsExactly("id", "discount");
    }

    @Test
    void aPooledSessionGetsItsLockTimeoutBack() throws Exception {
        execute("alter role postgres in database " + database.name() + " set lock_timeout = '7s'");
        pool.getHikariPoolMXBean().softEvictConnections();
        assertThat(column("show lock_timeout")).containsExactly("7s");

        new RetryingRunner(pool, MANY).run(Change.statements("insert into log select current_setting('lock_timeout')"));

        assertThat(column("select line from log")).containsExactly("40ms");
        assertThat(column("show lock_timeout")).containsExactly("7s");
    }

    @Test
    void otherFailuresAreNotTriedAgain() throws SQLException {
        assertThatThrownBy(() -> new RetryingRunner(pool, MANY)
                        .run(Change.eachOnItsOwn(
                                "insert into log values ('once')", "alter table visit add column id int")))
                .hasMessageContaining("(SQLSTATE 42701)");

        assertThat(column("select line from log")).containsExactly("once");
    }

    /** Runs a change that meets somebody in its way, who goes when the change has given way to him once. */
    private void runBehind(String sql, Change change) throws Exception {
        try (InTheWay inTheWay = new InTheWay(database, sql)) {
            CompletableFuture<Void> running = start(change);
            inTheWay.awaitWaiting(0);
            inTheWay.awaitGone();
            inTheWay.release();
            running.get(60, TimeUnit.SECONDS);
        }
    }

    private CompletableFuture<Void> start(Change change) {
        CompletableFuture<Void> running = new CompletableFuture<>();
        Runnable code = () -> {
            try {
                new RetryingRunner(pool, MANY).run(change);
                running.complete(null);
            } catch (ChangeException e) {
                running.completeExceptionally(e);
            }
        };
        new Thread(code, "retrying").start();
        return running;
    }

    private void migrate(String version) throws ChangeException {
        new RetryingRunner(pool, MANY).run(Change.flyway(version, MIGRATIONS));
    }

    private List<String> columnsOfVisit() throws SQLException {
        return column(
                "select attname from pg_attribute where attrelid = 'visit'::regclass and attnum > 0 order by attnum");
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> column(String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
