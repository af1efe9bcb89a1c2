package dev.zdm.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.ForeignServer;
import dev.zdm.database.PostgresServer;
import dev.zdm.observation.CrashHistory.Crash;
import dev.zdm.observation.CrashHistory.Trial;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Demand;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.rehearsal.Rehearsal;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.RehearsalResult;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that is not zdm's is not stopped: its backends and their clients are. */
@Tag("measured")
class ExternalCrashTest {
    private static final RehearsalPlan ITEMS = RehearsalPlan.named(
                    "retry",
                    Baseline.ofSql(
                            "create table item (id int primary key, label text)",
                            "insert into item select n, 'label ' || n from generate_series(1, 2000) n"))
            .withVersions(
                    ApplicationVersion.ofSql(SqlOperation.of("read", "select label from item where id = 7")),
                    ApplicationVersion.absent())
            .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(300), Duration.ofSeconds(20)))
            .demanding(Demand.RETRYABLE);
    private static final String[] TWO_COLUMNS = {
        "alter table item add column note text", "alter table item add column remark text"
    };

    private static ForeignServer foreign;
    private static PostgresServer server;

    @BeforeAll
    static void start() {
        foreign = ForeignServer.start();
        server = foreign.open();
    }

    @AfterAll
    static void stop() {
        server.close();
        foreign.close();
    }

    private static RehearsalResult rehearse(Change change) {
        String started = "pg_postmaster_start_time()";
        String before = foreign.value(started);
        RehearsalResult result = Rehearsal.run(ITEMS.withPhase(Phase.of("expand", change)), server);
        assertThat(foreign.value(started)).as("when the server was started").isEqualTo(before);
        assertThat(result.phases().get(0).history().crashes().trials())
                .extracting(Trial::crash)
                .containsOnly(Crash.BACKEND_TERMINATED, Crash.CLIENT_GONE);
        return result;
    }

    @Test
    void what_cannot_be_carried_out_again_is_red() {
        RehearsalResult result = rehearse(Change.eachOnItsOwn(TWO_COLUMNS));

        assertThat(result.verdict().findings().stream().map(Finding::hazard))
                .as(TextReport.of(result))
                .contains(Hazard.NOT_RETRYABLE);
    }

    @Test
    void what_can_is_green_and_the_report_says_what_was_not_tried() {
        RehearsalResult result = rehearse(Change.statements(TWO_COLUMNS));

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        assertThat(TextReport.of(result))
                .contains(
                        "   server   : crashes, where they are demanded, are terminated backends and clients that are"
                                + " gone: the server is not stopped\n",
                        "   crashes  : 8 crash points tried at 2 000 rows: 8 rolled back whole and repeated;"
                                + " not interrupted, because too quick: statement:2 (in ");
    }
}
