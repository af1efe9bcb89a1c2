package dev.zdm.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import dev.zdm.database.Database;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.Growth;
import dev.zdm.observation.Growth.Kind;
import dev.zdm.observation.Growth.Measurement;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.ProductionFigures;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.plan.Tolerance;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the measurement of growth does with changes that end late or never, or run in no transaction. */
@Tag("measured")
@Timeout(120)
class GrowthLimitsTest {
    private static final String NOT_NULL = "alter table customer alter column name set not null";
    private static final String ENDLESS_WITH_FEWER_ROWS =
            "do $$ begin while (select count(*) from customer) < 4000 loop"
                    + " perform pg_sleep(0.01); end loop; end $$";
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    void aChangeThatNeverEndsWithFewerRowsIsStoppedAndTheNoteSaysSo() throws SQLException, InterruptedException {
        RehearsalPlan plan = plan(1_000_000, NOT_NULL, ENDLESS_WITH_FEWER_ROWS)
                .withTolerance(Tolerance.DEFAULT.withChangeTime(Duration.ofSeconds(1)));
        try (Database database = fresh();
                Inspection inspection = new Inspection(plan, database)) {
            Inspected inspected = inspection.inspect(0);

            assertThat(inspected.failure()).isNull();
            assertThat(inspected.notes())
                    .anySatisfy(note -> assertThat(note)
                            .contains("the change does not succeed with fewer rows")
                            .contains("it was stopped after 1.0 s, the limit of a change"));
            assertThat(inspected.growth())
                    .singleElement()
                    .satisfies(growth -> assertThat(growth.measurements()).hasSize(1));
        }
    }

    @Test
    void aMeasurementThatIsInterruptedStopsTheChangeAndEnds() throws Exception {
        RehearsalPlan plan = plan(1_000_000, NOT_NULL, ENDLESS_WITH_FEWER_ROWS);
        // Not from the database itself: while a session is on it, it is not copied.
        try (Database elsewhere = fresh();
                Database database = fresh();
                Inspection inspection = new Inspection(plan, database)) {
            CompletableFuture<Throwable> ended = new CompletableFuture<>();
            Thread thread = new Thread(() -> ended.complete(catchThrowable(() -> inspection.inspect(0))));
            thread.start();

            awaitSleepOnACopy(elsewhere, database.name());

            thread.interrupt();

            assertThat(ended.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(InterruptedException.class)
                    .hasMessageContaining("the rehearsal was interrupted");
            thread.join(TimeUnit.SECONDS.toMillis(30));
            assertThat(thread.isAlive()).isFalse();
        }
    }

    /** The full table does not make the change sleep: where it sleeps is a copy with fewer rows. */
    private static void awaitSleepOnACopy(Database elsewhere, String database)
            throws SQLException, InterruptedException {
        String sleeping = "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
                + " and application_name = 'zdm inspection' and datname <> '" + database + "'";
        try (Connection connection = DriverManager.getConnection(elsewhere.jdbcUrl(), elsewhere.credentials());
                Statement statement = connection.createStatement()) {
            long count = 0;
            while (count == 0) {
                try (ResultSet row = statement.executeQuery(sleeping)) {
                    row.next();
                    count = row.getLong(1);
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    @Test
    void whatTakesLongIsMeasuredOnce() throws Exception {
        RehearsalPlan plan = plan(1_000_000, NOT_NULL);
        AtomicLong nanos = new AtomicLong();
        try (Database database = fresh();
                Database before = database.copy();
                Inspection inspection = new Inspection(plan, database);
                Connection connection = QuietSessions.of(before).getConnection()) {
            Inspected inspected = inspection.inspect(0);
            GrowthMeasurement.Measured measured = new GrowthMeasurement(
                            ProductionTables.find(plan.productionSizes(), connection),
                            1000,
                            plan.phases().get(0).change(),
                            inspected.use().all(),
                            new LimitedChange(LONG),
                            () -> nanos.getAndAdd(TimeUnit.SECONDS.toNanos(61)))
                    .measure(withoutSessions(before, connection), inspected.footprints());

            assertThat(measured.notes())
                    .containsExactly("how the change grows with its tables was measured once only, for it takes long");
            assertThat(measured.growth().get(0).measurements())
                    .extracting(Measurement::repeats)
                    .containsExactly(1, 1, 1);
        }
    }

    private static Database withoutSessions(Database database, Connection connection) throws SQLException {
        connection.close();
        return database;
    }

    @Test
    void rowsThatAreWiderInProductionTakeLonger() throws SQLException, InterruptedException {
        // Here 4000 rows fill 22 pages or so; there each of them fills half a page.
        RehearsalPlan wide = plan(0, NOT_NULL)
                .withProductionSizes(ProductionFigures.parse(
                        "schema,table,rows,pages\npublic,customer,1000000,500000", "production.csv"));
        try (Database database = fresh();
                Inspection inspection = new Inspection(wide, database)) {
            Growth growth = inspection.inspect(0).growth().get(0);

            assertThat(growth.widerInProduction()).isBetween(80.0, 100.0);
            Measurement largest = growth.measurements().get(2);
            double asWideAsHere = largest.lockTime().toNanos() * (1_000_000.0 / largest.rows());
            assertThat((double) growth.timeInProduction().toNanos()).isGreaterThan(2 * asWideAsHere);
        }
    }

    @Test
    void statementsThatRefuseATransactionAreMeasuredToo() throws SQLException, InterruptedException {
        RehearsalPlan plan = plan(
                1_000_000,
                "create index concurrently customer_name on customer (name)",
                "alter table customer add constraint named check (name <> '') not valid",
                "alter table customer validate constraint named",
                "vacuum full customer",
                NOT_NULL);
        try (Database database = fresh();
                Inspection inspection = new Inspection(plan, database)) {
            Inspected inspected = inspection.inspect(0);

            assertThat(inspected.failure()).isNull();
            assertThat(inspected.footprints()).extracting(Footprint::statement).hasSize(5);
            assertThat(inspected.growth())
                    .extracting(growth -> growth.worker().line(), Growth::kind)
                    .containsExactly(tuple(2, Kind.CONSTANT), tuple(4, Kind.LINEAR), tuple(5, Kind.LINEAR));
        }
    }

    /** Plans a change whose statements are committed each on its own; 0 rows in production: not known. */
    private static RehearsalPlan plan(long rowsInProduction, String... statements) {
        RehearsalPlan plan = RehearsalPlan.named("growth", Baseline.ofSql("unused"))
                .withVersions(
                        ApplicationVersion.ofSql(
                                SqlOperation.of("rename", "update customer set name = 'n' where id = 1")),
                        ApplicationVersion.absent())
                .withPhase(Phase.of("change", Change.eachOnItsOwn(statements)));
        return rowsInProduction == 0 ? plan : plan.withProductionSize("customer", rowsInProduction);
    }

    private static Database fresh() {
        return TestServer.get().fresh("growth limits", empty -> {
            try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                    Statement statement = connection.createStatement()) {
                statement.execute("create table customer (id bigint primary key, name text)");
                statement.execute("insert into customer select g, 'c' || g from generate_series(1, 4000) g");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
