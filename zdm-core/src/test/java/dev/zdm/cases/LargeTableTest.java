package dev.zdm.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.ForeignServer;
import dev.zdm.database.PostgresServer;
import dev.zdm.database.ServerChoice;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.plan.Tolerance;
import dev.zdm.rehearsal.Rehearsal;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.RehearsalResult;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A table that outgrows a laptop's test data, on an external server: {@code -Dzdm.large.url=jdbc:postgresql://…
 * -Dzdm.large.rows=20000000}, with the role in {@code ZDM_USER}; without them with few rows, on a server of this
 * test's.
 */
@Tag("measured")
class LargeTableTest {
    private static final long ROWS = Long.getLong("zdm.large.rows", 20_000);
    private static final String ANY = "(select 1 + floor(random() * " + ROWS + ")::bigint)";

    private static final RehearsalPlan MEASUREMENTS = RehearsalPlan.named(
                    "measurements",
                    Baseline.ofSql(
                                    "create table measurement (id bigint primary key, sensor int not null,"
                                            + " value int not null, note text)",
                                    "insert into measurement select n, n % 1000, n % 777, 'note ' || n"
                                            + " from generate_series(1, :rows) n")
                            .withRows(ROWS))
            .withVersions(
                    ApplicationVersion.ofSql(
                            SqlOperation.of("find", "select sensor, value from measurement where id = " + ANY),
                            SqlOperation.of("correct", "update measurement set value = value + 1 where id = " + ANY)),
                    ApplicationVersion.absent())
            .withTolerance(
                    Tolerance.DEFAULT.withLockWait(Duration.ofMillis(500)).withChangeTime(Duration.ofMinutes(20)))
            .withPhase(Phase.of(
                    "index",
                    Change.eachOnItsOwn("create index concurrently measurement_sensor on measurement (sensor)")))
            .withPhase(Phase.of("widen", Change.statements("alter table measurement alter column value type bigint")));

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void what_is_safe_passes_and_what_rewrites_the_table_is_red() {
        String url = System.getProperty("zdm.large.url");
        RehearsalResult result;
        if (url == null) {
            try (ForeignServer foreign = ForeignServer.start();
                    PostgresServer server = foreign.open()) {
                result = Rehearsal.run(MEASUREMENTS, server);
            }
        } else {
            try (PostgresServer server = new ServerChoice.External(url, Set.of()).open()) {
                result = Rehearsal.run(MEASUREMENTS, server);
            }
            System.out.println(TextReport.of(result));
        }

        assertThat(result.phases())
                .extracting(phase -> phase.name() + " " + phase.verdict().isPassed())
                .as(TextReport.of(result))
                .containsExactly("index true", "widen false");
        assertThat(result.verdict().findings().stream().map(Finding::hazard))
                .as(TextReport.of(result))
                .contains(Hazard.TABLE_REWRITE);
    }
}
