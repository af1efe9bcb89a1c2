package dev.zdm.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.rehearsal.Rehearsal;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.RehearsalResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every measured migration gets the verdict that was measured. */
@Tag("measured")
@Tag("alone")
class CasesTest {
    private static EmbeddedServer server;

    @BeforeAll
    static void start() {
        server = EmbeddedServer.start(EmbeddedSettings.defaults());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.zdm.cases.MigrationCase#selected")
    void verdictIsTheMeasuredOne(MigrationCase example) {
        assumeTrue(example.pending().isEmpty(), () -> "pending: " + example.pending());
        example.assumeKnownTo(server);
        RehearsalResult result = Rehearsal.run(example.plan(), server);
        String report = TextReport.of(result);

        if (example.isSafe()) {
            assertThat(result.verdict().isPassed()).as(report).isTrue();
            return;
        }
        assertThat(result.verdict().findings().stream().map(Finding::hazard).map(hazard -> hazard.id()))
                .as(report)
                .contains(example.hazard());
    }
}
