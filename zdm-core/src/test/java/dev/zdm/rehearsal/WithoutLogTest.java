package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.database.DatabaseException;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.database.PostgresServer;
import dev.zdm.database.ServerLog;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.postgres.LogEntry;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where the log cannot be read, the verdict is the same, and says what it could not see. */
@Tag("measured")
class WithoutLogTest {
    private static final String PATIENTLY = "a change that holds its lock";
    private static final Baseline PEOPLE = Baseline.ofSql(
                    "create table person (id bigint primary key, name text not null)",
                    "insert into person select g, 'p' || g from generate_series(1, :rows) g")
            .withRows(500);

    private static RehearsalResult rehearse(Change change, UnaryOperator<ServerLog> log) {
        return rehearse(change, new OtherLog(TestServer.get(), log));
    }

    private static RehearsalResult rehearse(Change change, PostgresServer server) {
        RehearsalPlan plan = RehearsalPlan.named("people", PEOPLE)
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of(
                                "find", "select name from person where id = (select 1 + (random() * 499)::int)")),
                        ApplicationVersion.absent())
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(300), Duration.ofSeconds(20)))
                .withPhase(Phase.of(PATIENTLY, change));
        return Rehearsal.run(plan, server);
    }

    private static Change slow() {
        return Change.statements("alter table person add column nick text", "select pg_sleep(0.5)");
    }

    private static Change quick() {
        return Change.statements("alter table person add column nick text");
    }

    private static PhaseHistory history(RehearsalResult result) {
        return result.phases().get(0).history();
    }

    @Test
    void a_long_lock_is_seen_and_laid_at_the_door_of_the_statement_that_took_it() {
        RehearsalResult result = rehearse(slow(), log -> ServerLog.unreadable("the log is out of reach"));

        assertThat(result.verdict())
                .isInstanceOfSatisfying(
                        Verdict.Violated.class,
                        violated -> assertThat(violated.findings())
                                .as(TextReport.of(result))
                                .anySatisfy(
                                        finding -> assertThat(finding.hazard()).isEqualTo(Hazard.LOCK_WAIT)));
        LockWait longest = history(result).lockWaits().stream()
                .max((one, other) -> one.duration().compareTo(other.duration()))
                .orElseThrow();
        assertThat(longest.cause()).isEqualTo(LockWait.Cause.MIGRATION);
        assertThat(longest.duration()).isGreaterThan(Duration.ofMillis(400));
        assertThat(longest.culprit())
                .satisfies(culprit -> assertThat(culprit.text()).startsWith("alter table"));
        assertThat(longest.chain())
                .singleElement()
                .satisfies(link -> assertThat(link)
                        .endsWith(
                                "held the lock since statement:1 and kept it during statement:2 select pg_sleep(0.5)"));
        assertThat(history(result).notes())
                .singleElement()
                .satisfies(note -> assertThat(note)
                        .startsWith("the log is out of reach; lock waits were seen by looking at the lock table"));
    }

    @Test
    void a_quick_change_is_green() {
        RehearsalResult result = rehearse(quick(), log -> ServerLog.unreadable("the log is out of reach"));

        assertThat(result.verdict()).as(TextReport.of(result)).isEqualTo(new Verdict.Passed());
        assertThat(TextReport.of(result))
                .contains("the log is out of reach")
                .contains("   server   : PostgreSQL " + TestServer.get().version() + " (embedded), fsync=on, ");
    }

    @Test
    void a_log_that_breaks_off_and_lost_a_record_is_noted() {
        RehearsalResult result = rehearse(slow(), Breaking::new);

        assertThat(result.verdict()).isInstanceOf(Verdict.Violated.class);
        assertThat(history(result).notes())
                .singleElement()
                .satisfies(note -> assertThat(note)
                        .startsWith("the file is gone; parts of the server's log were cut or could not be understood"
                                + " (3 of them); lock waits were seen"));
    }

    @Test
    void a_server_that_does_not_log_lock_waits_is_watched_all_the_same() {
        EmbeddedSettings silent = EmbeddedSettings.defaults().withServerSetting("log_lock_waits", "off");
        try (EmbeddedServer server = EmbeddedServer.start(silent)) {
            RehearsalResult result = rehearse(slow(), server);

            assertThat(result.verdict()).isInstanceOf(Verdict.Violated.class);
            assertThat(history(result).notes())
                    .singleElement()
                    .satisfies(note -> assertThat(note).startsWith("log_lock_waits is off; lock waits were seen"));
        }
    }

    /** A log that can be read a few times only. */
    private static final class Breaking implements ServerLog {
        private final ServerLog log;
        private int polls;

        Breaking(ServerLog log) {
            this.log = log;
        }

        @Override
        public List<LogEntry> poll() {
            polls++;
            if (polls > 10) {
                throw new DatabaseException("the file is gone");
            }
            return log.poll();
        }

        @Override
        public long lost() {
            return polls > 10 ? 3 : 0;
        }

        @Override
        public void close() {
            log.close();
        }
    }

    /** A server with another log. */
    private record OtherLog(PostgresServer server, UnaryOperator<ServerLog> other) implements PostgresServer {
        @Override
        public String kind() {
            return server.kind();
        }

        @Override
        public String version() {
            return server.version();
        }

        @Override
        public Map<String, String> settings() {
            return server.settings();
        }

        @Override
        public Database fresh(Object key, DatabaseBuilder builder) {
            return server.fresh(key, builder);
        }

        @Override
        public ServerLog log() {
            return other.apply(server.log());
        }

        @Override
        public void close() {
            // It is not this one's.
        }
    }
}
