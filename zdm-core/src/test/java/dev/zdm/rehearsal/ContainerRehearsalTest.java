package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.ContainerServer;
import dev.zdm.database.DockerNeeded;
import dev.zdm.database.ServerChoice;
import dev.zdm.observation.CrashHistory;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Demand;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Replica;
import dev.zdm.plan.SqlOperation;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.verdict.Verdict;
import java.time.Duration;
import java.util.Comparator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The way through everything on a server in a container: its log, its replica, its crash points. */
@Tag("measured")
class ContainerRehearsalTest {
    private static ContainerServer server;

    @BeforeAll
    static void start() {
        server = ServerChoice.container(DockerNeeded.image()).open();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static RehearsalPlan plan(String... statements) {
        return RehearsalPlan.named(
                        "people",
                        Baseline.ofSql(
                                        "create table person (id bigint primary key, name text not null)",
                                        "insert into person select g, 'p' || g from generate_series(1, :rows) g")
                                .withRows(500))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of(
                                "find", "select name from person where id = (select 1 + (random() * 499)::int)")),
                        ApplicationVersion.absent())
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(300), Duration.ofSeconds(20)))
                .withPhase(Phase.of("change", Change.statements(statements)));
    }

    private static PhaseHistory history(RehearsalResult result) {
        return result.phases().get(0).history();
    }

    @Test
    void a_long_lock_is_laid_at_the_door_of_the_statement_that_took_it_by_the_log() {
        RehearsalResult result =
                Rehearsal.run(plan("alter table person add column nick text", "select pg_sleep(0.5)"), server);

        assertThat(result.verdict())
                .isInstanceOfSatisfying(
                        Verdict.Violated.class,
                        violated -> assertThat(violated.findings())
                                .as(TextReport.of(result))
                                .anySatisfy(
                                        finding -> assertThat(finding.hazard()).isEqualTo(Hazard.LOCK_WAIT)));
        LockWait longest = history(result).lockWaits().stream()
                .max(Comparator.comparing(LockWait::duration))
                .orElseThrow();
        assertThat(longest.cause()).isEqualTo(LockWait.Cause.MIGRATION);
        assertThat(longest.duration()).isGreaterThan(Duration.ofMillis(400));
        assertThat(longest.culprit())
                .satisfies(culprit -> assertThat(culprit.text()).startsWith("alter table"));
        // Where the log was not read to its end, a note says what was done instead.
        assertThat(history(result).notes()).noneMatch(note -> note.contains("log"));
        assertThat(TextReport.of(result))
                .contains("   server   : PostgreSQL " + server.version() + " (" + server.kind() + "), fsync=on, ");
    }

    @Test
    void a_quick_change_is_green_with_a_replica_and_through_all_crashes() {
        RehearsalResult result = Rehearsal.run(
                plan("alter table person add column nick text")
                        .demanding(Demand.RETRYABLE)
                        .withReplica(Replica.DEFAULT.withLag(Duration.ofSeconds(10))),
                server);

        assertThat(result.verdict()).as(TextReport.of(result)).isEqualTo(new Verdict.Passed());
        assertThat(history(result).notes()).noneMatch(note -> note.contains("log"));
        assertThat(history(result).replica().caughtUp()).isTrue();
        assertThat(history(result).crashes().trials())
                .extracting(CrashHistory.Trial::crash)
                .contains(CrashHistory.Crash.SERVER_STOPPED);
    }
}
