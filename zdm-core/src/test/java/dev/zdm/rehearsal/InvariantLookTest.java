package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.observation.InvariantOutcome;
import dev.zdm.observation.InvariantOutcome.When;
import dev.zdm.plan.Invariant;
import dev.zdm.rehearsal.Moment.Kind;
import dev.zdm.report.DoubtWording;
import dev.zdm.verdict.Doubt;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Invariants on a real server: what breaks them, what keeps them from being evaluated, and what must not. */
class InvariantLookTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Database database = TestServer.get().fresh("invariants", InvariantLookTest::fill);
    private final InvariantLook look = new InvariantLook(this::session, WallClock.start(), LIMIT);
    private Connection other;

    private static void fill(Database empty) {
        try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                Statement statement = connection.createStatement()) {
            statement.execute("create table account (id int primary key, balance int, note text)");
            statement.execute("insert into account select g, 0, 'n' || g from generate_series(1, 2000) g");
            statement.execute("create sequence tickets");
            statement.execute("create function scribble() returns int language sql as "
                    + "'update account set balance = 1 where id = 1 returning 1'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection session() throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.credentials());
    }

    @BeforeEach
    void connect() throws SQLException {
        other = session();
    }

    @AfterEach
    void close() throws SQLException {
        try (database;
                look) {
            other.close();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = other.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Moment moment(Kind kind, boolean changed, String query) {
        return new Moment(kind, changed, List.of(Invariant.of("rule", query)), false);
    }

    private InvariantOutcome only() {
        List<InvariantOutcome> outcomes = look.takeOutcomes();
        assertThat(outcomes).hasSize(1);
        return outcomes.get(0);
    }

    private InvariantOutcome outcome(Kind kind, String query) throws SQLException {
        assertThat(look.look(moment(kind, false, query), LIMIT)).isTrue();
        return only();
    }

    private static String words(InvariantOutcome outcome) {
        return DoubtWording.of(new Doubt.InvariantFailed(outcome, "expand"));
    }

    @Test
    void rowsThatBreakItAreCountedAndTheFirstOnesShownWithAllTheirColumns() throws SQLException {
        execute("update account set note = null where id = 2");
        InvariantOutcome outcome =
                outcome(Kind.DRAINED, "select id, note, balance from account where id < 1503 order by id");

        assertThat(outcome.broken()).satisfies(broken -> {
            assertThat(broken.rows()).isEqualTo(1502);
            assertThat(broken.allCounted()).isTrue();
            assertThat(broken.firstRows())
                    .hasSize(5)
                    .startsWith("id=1, note=n1, balance=0", "id=2, note=null, balance=0");
        });
        assertThat(outcome(Kind.DRAINED, "select id from account where id < 1").broken())
                .isNull();
    }

    @Test
    void countingEndsWithTheTimeLimit() throws SQLException {
        Moment endless = moment(Kind.DRAINED, true, "select a.id from account a, account b, account c");
        look.look(endless, Duration.ofMillis(300));

        assertThat(only().broken()).satisfies(broken -> {
            assertThat(broken.allCounted()).isFalse();
            assertThat(broken.firstRows()).hasSize(5);
        });
    }

    @Test
    void aSlowQueryIsStopped() throws SQLException {
        look.look(moment(Kind.LOAD, false, "select pg_sleep(3600)"), Duration.ofMillis(200));

        InvariantOutcome outcome = only();
        assertThat(outcome.evaluations()).isZero();
        assertThat(words(outcome)).isEqualTo("""
                invariant 'rule' took too long: it was stopped after 0.2 s, the limit of an invariant
                   do       : make the query faster, or allow more time (zdm.invariant-timeout, Tolerance.withInvariantTime)""");
    }

    @Test
    void aQueryThatWritesIsRefused() throws SQLException {
        assertThat(words(outcome(Kind.LOAD, "select scribble()")))
                .startsWith("invariant 'rule' writes, but it may only read: ERROR: cannot execute ")
                .contains("in a read-only transaction", "SQLSTATE 25006")
                .endsWith("do       : make it a query that changes nothing, sequences included");
        assertThat(words(outcome(Kind.LOAD, "select nextval('tickets')")))
                .contains("writes", "in a read-only transaction");
        assertThat(words(outcome(Kind.LOAD, "with gone as (delete from account returning id) select id from gone")))
                .contains("writes", "in a read-only transaction");
        assertThat(outcome(Kind.LOAD, "select id from account where balance <> 0")
                        .broken())
                .isNull();
    }

    @Test
    void whatTheChangeBringsIsMissingBeforeIt() throws SQLException {
        String query = "select id from account where upper_note <> upper(note)";
        look.look(moment(Kind.LOAD, false, query), LIMIT);
        execute("alter table account add upper_note text");
        look.look(moment(Kind.LOAD, true, query), LIMIT);

        InvariantOutcome outcome = only();
        assertThat(Objects.requireNonNull(outcome.failure()).when()).isEqualTo(When.BEFORE_CHANGE);
        assertThat(words(outcome))
                .startsWith(
                        "invariant 'rule' could not be evaluated before the change of phase 'expand': ERROR: column "
                                + "\"upper_note\" does not exist")
                .endsWith("(SQLSTATE 42703)\n   do       : let it hold from this phase on: @Invariant(from = "
                        + "\"expand\")");
    }

    @Test
    void whatTheChangeTakesAwayIsMissingAfterIt() throws SQLException {
        String query = "select id from account where note = 'x'";
        look.look(moment(Kind.LOAD, false, query), LIMIT);
        execute("alter table account drop note");
        look.look(moment(Kind.LOAD, true, query), LIMIT);

        assertThat(words(only())).contains("after the change of phase 'expand'", "42703", "@Invariant(until = …)");
    }

    @Test
    void whatALaterChangeBringsIsMissingOnBothSides() throws SQLException {
        look.look(moment(Kind.LOAD, false, "select id from audit"), LIMIT);
        look.look(moment(Kind.LOAD, true, "select id from audit"), LIMIT);

        assertThat(words(only())).contains("42P01", "not yet in 'expand': @Invariant(from = …)");
    }

    @Test
    void whatAChangeUnderWayDoesNotLetThroughIsNotCounted() throws SQLException {
        execute("begin");
        execute("lock table account in access exclusive mode");
        Moment during = moment(Kind.CHANGE, false, "select id from account where id < 3");

        assertThat(look.look(during, LIMIT)).isFalse();
        assertThat(look.takeOutcomes()).isEmpty();
        execute("rollback");
        assertThat(look.look(during, LIMIT)).isTrue();
        assertThat(Objects.requireNonNull(only().broken()).rows()).isEqualTo(2);
    }

    @Test
    void aLostSessionIsReplaced() throws SQLException {
        Moment moment = moment(Kind.LOAD, false, "select id from account where id < 1");
        look.look(moment, LIMIT);
        execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                + " and pid <> pg_backend_pid()");

        assertThat(look.look(moment, LIMIT)).isFalse();
        assertThat(look.look(moment, LIMIT)).isTrue();
        assertThat(only().evaluations()).isEqualTo(2);
    }

    @Test
    void writesUnderWayNeverLookLikeAViolation() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        var executor = Executors.newSingleThreadExecutor();
        Future<?> transfers = executor.submit(() -> {
            for (int i = 0; !stop.get(); i++) {
                execute("begin");
                execute("update account set balance = balance - 1 where id = " + (1 + i % 2000));
                execute("update account set balance = balance + 1 where id = " + (1 + (i * 7) % 2000));
                execute("commit");
            }
            return null;
        });
        Moment total = moment(
                Kind.LOAD,
                false,
                "select sum(balance) from account where (select sum(balance) from account) <> 0 having sum(balance) <> 0");
        for (int i = 0; i < 200; i++) {
            look.look(total, LIMIT);
        }
        stop.set(true);
        transfers.get();
        executor.shutdown();

        InvariantOutcome outcome = only();
        assertThat(outcome.evaluations()).isEqualTo(200);
        assertThat(outcome.violations()).isZero();
    }
}
