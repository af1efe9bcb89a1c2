package dev.zdm.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.database.DatabaseException;
import dev.zdm.database.ForeignServer;
import dev.zdm.database.PostgresServer;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.rehearsal.Rehearsal;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.RehearsalResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application goes through a proxy that gives each of its transactions whatever backend is free. */
@Tag("measured")
class PoolerTest {
    private static final String UNPREPARED = "prepareThreshold=0";

    private static ForeignServer foreign;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        PgBouncer.assumeInstalled();
        foreign = ForeignServer.start();
    }

    @AfterAll
    static void stop() {
        if (foreign != null) {
            foreign.close();
        }
    }

    private RehearsalResult rehearse(String id, String options) throws IOException {
        try (PgBouncer bouncer = PgBouncer.start(foreign, "* =", directory);
                PostgresServer server = foreign.openBehind(bouncer.url("postgres", options))) {
            return Rehearsal.run(MigrationCase.of(id).plan(), server);
        }
    }

    private RehearsalResult rehearsePrepared(String id) throws IOException {
        try (PgBouncer bouncer = PgBouncer.startKeepingStatements(foreign, directory);
                PostgresServer server = foreign.openBehind(bouncer.url("postgres", "prepareThreshold=1"))) {
            return Rehearsal.run(MigrationCase.of(id).plan(), server);
        }
    }

    private static List<Hazard> hazards(RehearsalResult result) {
        return result.verdict().findings().stream().map(Finding::hazard).toList();
    }

    @Test
    void waits_are_laid_at_the_door_of_the_migration_and_told_by_the_operation_that_waited() throws IOException {
        RehearsalResult result = rehearse("add-column-behind-long-reader", UNPREPARED);

        assertThat(hazards(result)).as(TextReport.of(result)).contains(Hazard.LOCK_QUEUE);
        PhaseHistory history = result.phases().get(0).history();
        assertThat(history.lockWaits())
                .filteredOn(wait -> wait.waiter().version().isPresent())
                .isNotEmpty()
                .allSatisfy(wait -> assertThat(wait.operation()).isNotNull())
                .anySatisfy(wait -> assertThat(wait.cause()).isEqualTo(LockWait.Cause.LOCK_QUEUE));
        assertThat(TextReport.of(result))
                .contains("   server   : under load the application's sessions go through the proxy at");
    }

    @Test
    void a_safe_change_is_green() throws IOException {
        RehearsalResult result = rehearse("add-column-constant-default-not-null", UNPREPARED);

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
    }

    /** The very change breaks prepared statements, and an application that may not prepare any has none to break. */
    @Test
    void what_breaks_prepared_statements_is_green_where_the_application_prepares_none() throws IOException {
        RehearsalResult pooled = rehearse("drop-unused-column-select-star-prepared", UNPREPARED);

        assertThat(pooled.verdict().isPassed()).as(TextReport.of(pooled)).isTrue();
        try (PostgresServer server = foreign.open()) {
            RehearsalResult direct = Rehearsal.run(
                    MigrationCase.of("drop-unused-column-select-star-prepared").plan(), server);
            assertThat(hazards(direct)).as(TextReport.of(direct)).contains(Hazard.CACHED_PLAN);
        }
    }

    /** From version 1.21 on PgBouncer prepares on its backends what its clients have prepared, so that it can break. */
    @Test
    void what_breaks_prepared_statements_is_red_behind_a_proxy_that_keeps_them() throws IOException {
        RehearsalResult broken = rehearsePrepared("drop-unused-column-select-star-prepared");
        RehearsalResult safe = rehearsePrepared("add-column-constant-default-not-null");

        assertThat(hazards(broken)).as(TextReport.of(broken)).containsOnly(Hazard.CACHED_PLAN);
        assertThat(TextReport.of(broken)).contains("0A000").contains("cached plan must not change result type");
        assertThat(safe.verdict().isPassed()).as(TextReport.of(safe)).isTrue();
    }

    @Test
    void a_proxy_that_does_not_pass_on_databases_of_any_name_is_refused() throws IOException {
        try (PgBouncer bouncer = PgBouncer.start(foreign, "postgres =", directory);
                PostgresServer server = foreign.openBehind(bouncer.url("postgres", UNPREPARED))) {
            assertThatThrownBy(() -> server.fresh("key", empty -> {}))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageMatching(
                            "(?s)The pooling proxy cannot be used\n   expected : the proxy at 127\\.0\\.0\\.1:"
                                    + bouncer.port()
                                    + " passes sessions of role rehearser on to the server's database of any name\n"
                                    + "   found    : FATAL: no such database: zdm_[0-9a-f]{8}_2\n   do .*");
        }
    }

    @Test
    void a_proxy_before_another_server_is_refused() throws IOException {
        try (ForeignServer other = ForeignServer.start();
                PgBouncer bouncer = PgBouncer.start(other, "* = dbname=postgres", directory);
                PostgresServer server = foreign.openBehind(bouncer.url("postgres", UNPREPARED))) {
            assertThatThrownBy(() -> server.fresh("key", empty -> {}))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("   found    : it passes them on to another server, which was started at ");
        }
    }
}
