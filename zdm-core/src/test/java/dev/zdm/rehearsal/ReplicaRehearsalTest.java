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
import dev.zdm.plan.SqlOperation;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.OutranReplica;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.ReplicaFellBehind;
import dev.zdm.verdict.StoppedReplicaReaders;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Changes that make a replica fall behind or stop its readers, each beside one that does not. */
@Tag("measured")
class ReplicaRehearsalTest {
    private static final SqlOperation READ =
            SqlOperation.of("find", "select name from customer where id = 7").readingReplica();
    private static final SqlOperation WRITE =
            SqlOperation.of("rename", "update customer set name = name where id = (random() * 900)::int");

    private static PhaseResult run(Replica replica, Change change, SqlOperation... operations) {
        return run(
                LoadProfile.DEFAULT.withWindows(Duration.ofMillis(200), Duration.ofSeconds(30)),
                replica,
                change,
                operations);
    }

    private static PhaseResult run(LoadProfile load, Replica replica, Change change, SqlOperation... operations) {
        RehearsalPlan plan = RehearsalPlan.named(
                        "replica",
                        Baseline.ofSql(
                                        "create table customer (id bigint primary key, name text, email text)",
                                        "insert into customer select g, 'n' || g from generate_series(1, :rows) g")
                                .withRows(20_000))
                .withVersions(ApplicationVersion.ofSql(operations), ApplicationVersion.absent())
                .withLoad(load)
                .withPhase(Phase.of("change", change))
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
                Replica.DEFAULT.withLag(Duration.ofSeconds(10)),
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

    @Test
    void oneTransactionThatUpdatesTheTableIsRed() {
        PhaseResult result = run(Replica.DEFAULT, Change.statements("update customer set email = name || '@x'"), READ);

        OutranReplica finding = finding(OutranReplica.class, result);
        assertThat(finding.hazard()).isEqualTo(Hazard.REPLICATION_LAG);
        assertThat(finding.write().rows()).isEqualTo(20_000);
        assertThat(finding.write().rowsHeld()).isEqualTo(20_000);
        assertThat(finding.write().walBytes()).isGreaterThan(1_000_000);
        assertThat(finding.culprit())
                .hasValueSatisfying(statement -> assertThat(statement.text()).startsWith("update customer"));
    }

    @Test
    void batchesAreGreen() {
        String[] batches = new String[20];
        for (int i = 0; i < batches.length; i++) {
            batches[i] =
                    "update customer set email = name || '@x' where id > " + i * 1000 + " and id <= " + (i + 1) * 1000;
        }

        PhaseResult result = run(Replica.DEFAULT.withLag(Duration.ofSeconds(10)), Change.eachOnItsOwn(batches), READ);

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

    /** A report of 4 s begins there every second, and the replica would wait for them for ever. */
    @Test
    void aChangeWhoseReplayWaitsForReportsMakesTheReplicaFallBehind() {
        PhaseResult result = run(
                new LoadProfile(1, 8, 1, Duration.ofMillis(200), Duration.ofSeconds(30)),
                Replica.DEFAULT.withSetting(Replica.READERS_DELAY, "-1"),
                Change.statements("alter table customer add column phone text"),
                SqlOperation.of("report", "select pg_sleep(4 * pg_is_in_recovery()::int) from customer where id = 7")
                        .readingReplica());

        ReplicaFellBehind finding = finding(ReplicaFellBehind.class, result);
        assertThat(finding.hazard()).isEqualTo(Hazard.REPLICATION_LAG);
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
                Replica.DEFAULT.withLag(Duration.ofSeconds(10)).withLongReader(),
                Change.eachOnItsOwn("create index concurrently on customer (email)"),
                READ);

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        assertThat(result.history().replica().longReader().tables()).isEmpty();
    }

    @Test
    void whatTheReplayCancelsUnderLoadCountsAsAnError() {
        PhaseResult result = run(
                Replica.DEFAULT.withLag(Duration.ofSeconds(10)).withSetting(Replica.READERS_DELAY, "0"),
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
