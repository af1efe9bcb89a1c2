package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.database.DatabaseException;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Replica;
import dev.zdm.plan.ReplicaPace;
import dev.zdm.plan.SqlOperation;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.FloodedReplica;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.OnTheWayBack;
import dev.zdm.verdict.OnTheWayBack.Step;
import dev.zdm.verdict.OutranReplica;
import dev.zdm.verdict.OutranReplica.Excess;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.ReplicaFellBehind;
import dev.zdm.verdict.StoppedReplicaReaders;
import dev.zdm.workload.OnReplica;
import dev.zdm.workload.Operation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Changes that make a replica fall behind or stop its readers, each beside one that does not. */
@Tag("measured")
class ReplicaRehearsalTest {
    private static final SqlOperation READ =
            SqlOperation.of("find", "select name from customer where id = 7").readingReplica();
    private static final SqlOperation WRITE =
            SqlOperation.of("rename", "update customer set name = name where id = (random() * 900)::int");

    /** These are not about the lag, which is the longer the busier the machine is. */
    private static final Replica PATIENT = Replica.DEFAULT.withLag(Duration.ofMinutes(1));

    private static PhaseResult run(Replica replica, Change change, SqlOperation... operations) {
        return run(
                LoadProfile.DEFAULT.withWindows(Duration.ofMillis(200), Duration.ofSeconds(30)),
                replica,
                change,
                ApplicationVersion.ofSql(operations));
    }

    private static PhaseResult run(LoadProfile load, Replica replica, Change change, ApplicationVersion application) {
        return run(load, replica, Phase.of("change", change), application);
    }

    private static PhaseResult run(LoadProfile load, Replica replica, Phase phase, ApplicationVersion application) {
        RehearsalPlan plan = RehearsalPlan.named(
                        "replica",
                        Baseline.ofSql(
                                        "create table customer (id bigint primary key, name text, email text)",
                                        "insert into customer select g, 'n' || g from generate_series(1, :rows) g")
                                .withRows(20_000))
                .withVersions(application, ApplicationVersion.absent())
                .withLoad(load)
                .withPhase(phase)
                .withReplica(replica);
        return Rehearsal.run(plan, TestServer.get()).phases().get(0);
    }

    private static <T extends Finding> T finding(Class<T> type, PhaseResult result) {
        return result.verdict().findings().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError(TextReport.of(result)));
    }

    @Test
    void operationsReadTheReplicaAndAnAdditiveChangeIsGreen() {
        PhaseResult result = run(
                PATIENT,
                Change.statements("alter table customer add column phone text"),
                SqlOperation.of("where", "select 1 / pg_is_in_recovery()::int").readingReplica(),
                SqlOperation.of("there", "select 1 / (not pg_is_in_recovery())::int"),
                READ,
                WRITE);

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        assertThat(result.history().replica().lags()).isNotEmpty();
        assertThat(result.history().replica().caughtUp()).isTrue();
        assertThat(TextReport.of(result)).contains("   replica  : steady load 100/0: at most ");
    }

    /** A megabyte at once is more than one batch of a thousand rows writes, and less than all of them. */
    private static final ReplicaPace MEGABYTE = ReplicaPace.DEFAULT.withTransactionBytes(1_000_000);

    @Test
    void oneTransactionThatUpdatesTheTableIsRed() {
        PhaseResult result = run(
                PATIENT.withPace(MEGABYTE.withTransaction(Duration.ofMillis(1)).withBytesPerSecond(50_000)),
                Change.statements("update customer set email = name || '@x'"),
                READ);

        OutranReplica finding = finding(OutranReplica.class, result);
        assertThat(finding.hazard()).isEqualTo(Hazard.REPLICATION_LAG);
        assertThat(finding.excesses()).containsExactly(Excess.ROWS, Excess.WAL, Excess.TIME);
        assertThat(finding.write().rows()).isEqualTo(20_000);
        assertThat(finding.write().rowsHeld()).isEqualTo(20_000);
        assertThat(finding.culprit())
                .hasValueSatisfying(statement -> assertThat(statement.text()).startsWith("update customer"));
        assertThat(finding(FloodedReplica.class, result).culprit()).isEqualTo(finding.culprit());
    }

    @Test
    void aRollbackThatUpdatesTheTableInOneTransactionIsRed() {
        Phase phase = Phase.of("change", Change.statements("alter table customer add column phone text"))
                .withRollback(
                        Change.statements("alter table customer drop column phone", "update customer set name = name"));

        PhaseResult result = run(
                LoadProfile.DEFAULT.withWindows(Duration.ofMillis(200), Duration.ofSeconds(30)),
                PATIENT,
                phase,
                ApplicationVersion.ofSql(READ));

        assertThat(result.verdict().findings())
                .as(TextReport.of(result))
                .anySatisfy(finding -> assertThat(finding).isInstanceOfSatisfying(OnTheWayBack.class, found -> {
                    assertThat(found.step()).isEqualTo(Step.ROLLBACK);
                    assertThat(found.finding()).isInstanceOf(OutranReplica.class);
                }));
        assertThat(result.history().wayBack().back().replica().lags()).isNotEmpty();
    }

    @Test
    void batchesAreGreen() {
        String[] batches = new String[20];
        for (int i = 0; i < batches.length; i++) {
            batches[i] =
                    "update customer set email = name || '@x' where id > " + i * 1000 + " and id <= " + (i + 1) * 1000;
        }

        PhaseResult result = run(PATIENT.withPace(MEGABYTE), Change.eachOnItsOwn(batches), READ);

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
    }

    @Test
    void aReplicaThatAppliesLateFallsBehind() {
        PhaseResult result = run(
                Replica.DEFAULT.withLag(Duration.ofMillis(1)).withSetting("recovery_min_apply_delay", "4s"),
                Change.statements("alter table customer add column phone text"),
                WRITE);

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isFalse();
        assertThat(result.history().replica().caughtUp()).isFalse();
        assertThat(TextReport.of(result)).contains("the replica was ").contains(" behind already before the change");
    }

    /**
     * Reports that hand over: one is always there, because each stays until the next one reads; once the replay waits for
     * one, no next one comes, and it stays until the replica has been behind for longer than it may be.
     */
    static final class Reports {
        static final Duration ALLOWED = Duration.ofSeconds(4);
        private static final long HELD_NANOS = ALLOWED.plusSeconds(2).toNanos();
        private static final long LIMIT_NANOS = Duration.ofSeconds(3).toNanos();
        private static final String REPLAY_WAITS =
                "select exists (select from pg_locks l join pg_stat_activity a using (pid)"
                        + " where not l.granted and a.backend_type = 'startup')";
        private static final AtomicLong READING = new AtomicLong();

        private final DataSource database;

        Reports(DataSource database) {
            this.database = database;
        }

        @Operation
        @OnReplica
        void report() throws SQLException {
            try (Connection connection = database.getConnection()) {
                connection.setAutoCommit(false);
                boolean onReplica = is(connection, "select pg_is_in_recovery()");
                is(connection, "select exists (select from customer where id = 7)");
                long turn = READING.incrementAndGet();
                long began = System.nanoTime();
                long waiting = 0;
                while (onReplica && !isOver(turn, began, waiting)) {
                    if (waiting == 0 && is(connection, REPLAY_WAITS)) {
                        waiting = System.nanoTime();
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                }
                connection.rollback();
            }
        }

        private static boolean isOver(long turn, long began, long waiting) {
            return waiting == 0
                    ? READING.get() > turn || System.nanoTime() - began > LIMIT_NANOS
                    : System.nanoTime() - waiting > HELD_NANOS;
        }

        private static boolean is(Connection connection, String query) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(query)) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    @Test
    void aChangeWhoseReplayWaitsForReportsMakesTheReplicaFallBehind() {
        PhaseResult result = run(
                new LoadProfile(20, 4, 1, Duration.ofMillis(200), Duration.ofSeconds(60)),
                Replica.DEFAULT.withLag(Reports.ALLOWED).withSetting(Replica.READERS_DELAY, "-1"),
                Change.statements("alter table customer add column phone text"),
                ApplicationVersion.of(Reports.class));

        ReplicaFellBehind finding = finding(ReplicaFellBehind.class, result);
        assertThat(finding.hazard()).isEqualTo(Hazard.REPLICATION_LAG);
        assertThat(finding.lag().longest()).isGreaterThan(Reports.ALLOWED);
        assertThat(finding.culprit())
                .hasValueSatisfying(statement -> assertThat(statement.text()).startsWith("alter table customer"));
    }

    @Test
    void anAlterThatEndsALongReaderOfTheReplicaIsRed() {
        PhaseResult result = run(
                Replica.DEFAULT.withSetting(Replica.READERS_DELAY, "600ms").withLongReader(),
                Change.statements("alter table customer add column phone text"),
                READ);

        StoppedReplicaReaders finding = finding(StoppedReplicaReaders.class, result);
        assertThat(finding.relation()).hasToString("customer");
        assertThat(finding.longReader()).satisfies(reader -> {
            assertThat(reader.error()).contains("40001").contains("conflict with recovery");
            assertThat(reader.newReaderWaited()).isGreaterThan(Duration.ZERO);
        });
        assertThat(finding.culprit())
                .hasValueSatisfying(statement -> assertThat(statement.text()).startsWith("alter table customer"));
    }

    @Test
    void anIndexThatIsBuiltConcurrentlyLetsALongReaderBe() {
        PhaseResult result = run(
                PATIENT.withLongReader(), Change.eachOnItsOwn("create index concurrently on customer (email)"), READ);

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        assertThat(result.history().replica().longReader().tables()).isEmpty();
    }

    @Test
    void whatTheReplayCancelsUnderLoadCountsAsAnError() {
        PhaseResult result = run(
                PATIENT.withSetting(Replica.READERS_DELAY, "0"),
                Change.statements("alter table customer add column phone text", "select pg_sleep(0.5)"),
                SqlOperation.of("report", "select pg_sleep(0.15) from customer where id = 7")
                        .readingReplica());

        assertThat(result.verdict().findings()).anySatisfy(finding -> {
            assertThat(finding.hazard()).isEqualTo(Hazard.REPLICA_CONFLICT);
            assertThat(finding.culprit())
                    .hasValueSatisfying(
                            statement -> assertThat(statement.text()).startsWith("alter table customer"));
        });
        assertThat(result.history().errors()).anySatisfy(error -> {
            assertThat(error.sqlState().code()).isEqualTo("40001");
            assertThat(error.countBeforeChange()).isZero();
        });
    }

    @Test
    void aReplicaThatCannotStartIsOneError() {
        Replica broken = Replica.DEFAULT.withSetting("max_standby_streaming_delay", "soon");

        assertThatThrownBy(() -> run(broken, Change.statements("alter table customer add column phone text"), READ))
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith("The replica of the embedded PostgreSQL did not start")
                .hasMessageContaining("invalid value for parameter \"max_standby_streaming_delay\": \"soon\"");
    }
}
