package dev.zdm.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.ForeignServer;
import dev.zdm.database.PostgresServer;
import dev.zdm.rehearsal.Rehearsal;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.RehearsalResult;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verdict is the same on a server that is not zdm's own, as a role that may do nothing but create databases. */
@Tag("measured")
class ExternalCasesTest {
    private static ForeignServer foreign;
    private static PostgresServer server;
    private static Set<String> before;

    @BeforeAll
    static void start() {
        foreign = ForeignServer.start();
        before = foreign.databases();
        server = foreign.open();
    }

    @AfterAll
    static void stop() {
        server.close();
        assertThat(foreign.databases()).isEqualTo(before);
        foreign.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "add-column-constant-default-not-null",
                "create-index-concurrently",
                "type-change-using-expression",
                "fk-added-valid",
                "add-column-behind-long-reader",
                "drop-unused-column-select-star-prepared",
                "truncate-cascade"
            })
    void verdict_is_the_measured_one(String id) {
        MigrationCase example = MigrationCase.of(id);
        RehearsalResult result = Rehearsal.run(example.plan(), server);
        String report = TextReport.of(result);

        assertThat(report)
                .contains(
                        "   server   : PostgreSQL " + server.version() + " (" + server.kind() + "), fsync=on,",
                        "   server   : zdm neither reads its log nor changes its settings nor stops it: it works in"
                                + " databases of its own, as role rehearser\n",
                        "the log of an external server is not read; ");
        if (example.isSafe()) {
            assertThat(result.verdict().isPassed()).as(report).isTrue();
        } else {
            assertThat(result.verdict().findings().stream().map(Finding::hazard).map(hazard -> hazard.id()))
                    .as(report)
                    .contains(example.hazard());
        }
    }
}
