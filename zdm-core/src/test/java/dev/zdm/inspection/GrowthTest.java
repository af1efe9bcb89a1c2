package dev.zdm.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.zdm.database.Database;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.Growth;
import dev.zdm.observation.Growth.Kind;
import dev.zdm.observation.Growth.Measurement;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.ProductionFigures;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Growth as it is measured on a real server: facts, no times. */
@Tag("measured")
class GrowthTest {
    private static final List<String> SHOP = List.of(
            "create schema \"Größe\"",
            "create table customer (id bigint primary key, name text)",
            "insert into customer select g, 'c' || g from generate_series(1, 4000) g",
            "create table \"Größe\".\"Bestellung\" (id bigint primary key, customer bigint references customer (id))",
            "insert into \"Größe\".\"Bestellung\" select g, 1 + g % 4000 from generate_series(1, 16000) g",
            "create table event (id bigint, at date) partition by range (id)",
            "create table event_1 partition of event for values from (0) to (2000)",
            "create table event_2 partition of event for values from (2000) to (8000)",
            "insert into event select g, now() from generate_series(1, 6400) g",
            "create table audit (id bigint primary key)",
            "create view names as select name from customer");

    @Test
    void constantAndLinearAreToldByCountedRows() throws SQLException, InterruptedException {
        List<String> statements = List.of(
                "alter table t0 add column note text",
                "alter table t1 add column state int not null default 1",
                "alter table t2 alter column label set not null",
                "alter table t3 add foreign key (kind) references kind (id) not valid",
                "alter table t4 alter column label set not null",
                "alter table t5 add foreign key (kind) references kind (id)",
                "create index on t6 (label)",
                "alter table t7 add column token uuid default gen_random_uuid()");
        List<String> baseline = new ArrayList<>(List.of(
                "create table kind (id int primary key)", "insert into kind select g from generate_series(0, 99) g"));
        IntStream.range(0, statements.size())
                .mapToObj(GrowthTest::filledTable)
                .flatMap(List::stream)
                .forEach(baseline::add);
        baseline.add("alter table t2 add check (label is not null)");
        List<String> tables =
                IntStream.range(0, statements.size()).mapToObj(i -> "t" + i).toList();

        Inspected inspected =
                inspect(baseline, plan(baseline, tables, Change.eachOnItsOwn(statements.toArray(String[]::new))));

        assertThat(inspected.growth())
                .extracting(growth -> growth.table().name(), Growth::kind, growth -> rounded(growth.workPerRow()))
                .containsExactly(
                        tuple("t0", Kind.CONSTANT, 0.0),
                        tuple("t1", Kind.CONSTANT, 0.0),
                        tuple("t2", Kind.CONSTANT, 0.0),
                        tuple("t3", Kind.CONSTANT, 0.0),
                        tuple("t4", Kind.LINEAR, 1.0),
                        tuple("t5", Kind.LINEAR, 1.0),
                        tuple("t6", Kind.LINEAR, 1.0),
                        tuple("t7", Kind.LINEAR, 3.0));
        assertThat(inspected.growth())
                .allSatisfy(growth -> assertThat(growth.measurements())
                        .extracting(Measurement::repeats)
                        .hasSize(3)
                        .allMatch(repeats -> repeats >= 3));
    }

    /** A plan for a few rows may read some of them twice. */
    private static double rounded(double work) {
        return Math.round(work * 100) / 100.0;
    }

    private static List<String> filledTable(int number) {
        String table = "t" + number;
        return List.of(
                "create table " + table + " (id bigint primary key, kind int not null, label text)",
                "insert into " + table + " select g, g % 100, 'label ' || g from generate_series(1, 4000) g",
                "create index on " + table + " (kind)");
    }

    @Test
    void tablesShrinkWithWhatRefersToThemAndPartitionsCountTogether() throws SQLException, InterruptedException {
        Change change = Change.eachOnItsOwn(
                "alter table customer alter column name set not null",
                "alter table \"Größe\".\"Bestellung\" alter column customer set not null",
                "create index on event (at)",
                "update customer c set name = (select count(*) from customer o where o.name < c.name)");

        Inspected inspected =
                inspect(SHOP, plan(SHOP, List.of("customer", "\"Größe\".\"Bestellung\"", "public.event"), change));

        assertThat(inspected.notes()).isEmpty();
        assertThat(inspected.growth())
                .extracting(growth -> growth.table().toString(), Growth::kind)
                .containsExactly(
                        tuple("customer", Kind.LINEAR),
                        tuple("\"Größe\".\"Bestellung\"", Kind.LINEAR),
                        tuple("event", Kind.LINEAR),
                        tuple("customer", Kind.FASTER));
        assertSizes(inspected.growth().get(0), 250, 1000, 4000);
        assertSizes(inspected.growth().get(1), 1000, 4000, 16_000);
        assertSizes(inspected.growth().get(2), 400, 1600, 6400);
        assertThat(inspected.growth().get(2).tables()).hasSize(3);
    }

    /** Rows at the same place of two partitions stay or go together. */
    private static void assertSizes(Growth growth, long... rows) {
        for (int i = 0; i < rows.length; i++) {
            assertThat(growth.measurements().get(i).rows()).as("%s", growth).isCloseTo(rows[i], within(1L));
        }
    }

    @Test
    void aTransactionHoldsItsLocksUntilItCommits() throws SQLException, InterruptedException {
        Change change = Change.statements(
                "select 1",
                "alter table customer add column note text",
                "select count(*) from customer",
                "select 2",
                "alter table audit add column note text");

        Inspected inspected = inspect(SHOP, plan(SHOP, List.of("customer"), change));

        assertThat(inspected.growth()).singleElement().satisfies(growth -> {
            assertThat(growth.statements())
                    .extracting(statement -> statement.line())
                    .containsExactly(2, 3, 4, 5);
            assertThat(growth.worker().line()).isEqualTo(3);
            assertThat(growth.kind()).isEqualTo(Kind.LINEAR);
            assertThat(growth.workPerRow()).isEqualTo(1);
        });
    }

    @Test
    void whereNothingOfKnownSizeIsLockedNothingIsMeasured() throws SQLException, InterruptedException {
        Change change = Change.eachOnItsOwn(
                "alter table audit add column note text", "create index concurrently on customer (name)");

        Inspected inspected = inspect(SHOP, plan(SHOP, List.of("customer"), change));

        assertThat(inspected.growth()).isEmpty();
        assertThat(inspected.blindSpots()).isEmpty();
    }

    @Test
    void aTableThatIsEmptyHereAndFullInProductionIsABlindSpot() throws SQLException, InterruptedException {
        RehearsalPlan plan = plan(SHOP, List.of(), Change.statements("alter table audit alter column id type text"))
                .withProductionSizes(ProductionFigures.parse(
                        "schema,table,rows,pages\npublic,audit,5000,90\nelsewhere,other,7,1", "p.csv"));

        assertThat(inspect(SHOP, plan).blindSpots())
                .containsExactly(
                        "production has 5000 rows of audit, this database has none: seed some thousand, so that "
                                + "growth can be measured");
    }

    @Test
    void aChangeThatNeedsAllRowsIsMeasuredWithAllRowsAlone() throws SQLException, InterruptedException {
        Change change = Change.statements(
                "alter table customer alter column name set not null",
                "do $$ begin if (select count(*) from customer) < 4000 then raise 'too few'; end if; end $$");

        Inspected inspected = inspect(SHOP, plan(SHOP, List.of("customer"), change));

        assertThat(inspected.notes())
                .singleElement()
                .asString()
                .startsWith(
                        "the change does not succeed with fewer rows, so that its growth was measured less exactly: ");
        assertThat(inspected.growth()).singleElement().satisfies(growth -> {
            assertThat(growth.kind()).isEqualTo(Kind.LINEAR);
            assertThat(growth.measurements()).hasSize(1);
            assertThat(growth.atMost()).isTrue();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "custmer  | 5000 | 'the production size of table ''custmer'' is given, but the baseline has no such table;"
                        + " it has \"Größe\".\"Bestellung\", public.audit, public.customer, public.event'",
                "customer | 3999 | 'the production size of table ''customer'' is given as 3999 rows, but the baseline has "
                        + "4000 already; state how many production has, or seed fewer'",
                "audit    | 5000 | 'the production size of table ''audit'' is given as 5000 rows, but the baseline has "
                        + "none of them; seed some thousand, so that growth can be measured'",
                "names    | 5000 | 'the production size of table ''names'' is given as 5000 rows, but names is no table'",
                "event_1  | 5000 | 'the production size of table ''event_1'' is given as 5000 rows, but event_1 is a "
                        + "partition; give the size of the partitioned table as a whole'",
            })
    void whatCannotBeMeantIsAMistakeOfThePlan(String table, long rows, String message) {
        RehearsalPlan plan = plan(SHOP, List.of(), Change.none()).withProductionSize(table, rows);

        assertThatThrownBy(() -> inspect(SHOP, plan))
                .isInstanceOf(PlanException.class)
                .hasMessage(message);
    }

    @Test
    void oneTableUnderTwoNamesIsAMistakeOfThePlan() {
        RehearsalPlan plan = plan(SHOP, List.of(), Change.none())
                .withProductionSize("customer", 5000)
                .withProductionSize("public.customer", 6000);

        assertThatThrownBy(() -> inspect(SHOP, plan))
                .isInstanceOf(PlanException.class)
                .hasMessage("the production size of table 'public.customer' is given twice: as customer with 5000 rows "
                        + "and as public.customer with 6000");
    }

    private static RehearsalPlan plan(List<String> baseline, List<String> tables, Change change) {
        List<String> application = baseline.stream()
                .filter(sql -> sql.startsWith("create table") && !sql.contains("partition of"))
                .map(sql -> "update " + sql.replaceAll("create table (\\S+) .*", "$1") + " set id = id where id = 1")
                .toList();
        RehearsalPlan plan = RehearsalPlan.named("growth", Baseline.ofSql("select 1"))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of("work", application.toArray(String[]::new))),
                        ApplicationVersion.absent())
                .withPhase(Phase.of("change", change));
        for (String table : tables) {
            plan = plan.withProductionSize(table, 1_000_000);
        }
        return plan;
    }

    private static Inspected inspect(List<String> baseline, RehearsalPlan plan)
            throws SQLException, InterruptedException {
        try (Database database = fresh(baseline);
                Inspection inspection = new Inspection(plan, database)) {
            return inspection.inspect(0);
        }
    }

    private static Database fresh(List<String> baseline) {
        return TestServer.get().fresh(Stream.of("growth", baseline).toList(), empty -> {
            try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                    Statement statement = connection.createStatement()) {
                for (String sql : baseline) {
                    statement.execute(sql);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
