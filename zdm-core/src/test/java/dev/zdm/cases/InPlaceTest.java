package dev.zdm.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.ForeignServer;
import dev.zdm.database.PostgresServer;
import dev.zdm.plan.Demand;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.rehearsal.Rehearsal;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.RehearsalResult;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The verdict is the same in one given database, as a role that may not create any. */
@Tag("measured")
class InPlaceTest {
    private static ForeignServer foreign;
    private static PostgresServer server;
    private static Set<String> before;

    @BeforeAll
    static void start() {
        foreign = ForeignServer.start();
        foreign.give("shop");
        before = foreign.databases();
        server = foreign.openInPlace("shop");
    }

    @AfterAll
    static void stop() {
        server.close();
        foreign.close();
    }

    private static RehearsalResult rehearse(RehearsalPlan plan) {
        RehearsalResult result = Rehearsal.run(plan, server);
        assertThat(TextReport.of(result))
                .contains(
                        "   server   : PostgreSQL " + server.version() + " (" + server.kind() + "), fsync=on,",
                        "   server   : zdm neither reads its log nor changes its settings nor stops it: it works in the"
                                + " given database shop, which it empties in the end, as role reader\n",
                        "   server   : the given database cannot be copied: ");
        assertThat(foreign.valueIn("shop", "select count(*) from pg_class where oid >= 16384"))
                .isEqualTo("0");
        assertThat(foreign.databases()).isEqualTo(before);
        return result;
    }

    @Test
    void what_is_safe_is_green() {
        RehearsalResult result =
                rehearse(MigrationCase.of("create-index-concurrently").plan());

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        assertThat(result.phases().get(0).history().footprints()).isNotEmpty();
    }

    @Test
    void what_rewrites_a_table_is_red_and_its_crash_points_are_tried() {
        MigrationCase example = MigrationCase.of("type-change-using-expression");
        RehearsalResult result = rehearse(example.plan().demanding(Demand.RETRYABLE));
        String report = TextReport.of(result);

        assertThat(result.verdict().findings().stream().map(Finding::hazard).map(hazard -> hazard.id()))
                .as(report)
                .contains(example.hazard());
        assertThat(report).contains("   crashes  : 9 crash points tried at 150 000 rows: ");
    }
}
