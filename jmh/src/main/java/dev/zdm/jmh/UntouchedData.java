package dev.zdm.jmh;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.inspection.Inspection;
import dev.zdm.observation.TableData;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How long do the copy before a change and the comparison after it take, and how much memory?
 *
 * <p>A table of {@code rows} rows with six columns is inspected with four changes: one that leaves all data alone, one that
 * loses a single row, one that retypes a column, and one that updates every row. Printed are the medians of {@code runs}
 * runs, and how much the heap in use grew at most.
 *
 * <pre>{@code
 * java -cp jmh/target/benchmarks.jar dev.zdm.jmh.UntouchedData [rows=200000] [runs=5]
 * }</pre>
 */
public final class UntouchedData {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final long MEGA = 1 << 20;

    private static final List<Example> EXAMPLES = List.of(
            new Example("nothing touched", "alter table item add column note text"),
            new Example(
                    "one row lost",
                    "create table item_2 as select * from item where id <> 4711; alter table item_2 add primary key (id);"
                            + " drop table item; alter table item_2 rename to item"),
            new Example("a column retyped", "alter table item alter column kind type bigint"),
            new Example("every row updated", "update item set label = upper(label)"));

    private UntouchedData() {}

    /**
     * A change.
     *
     * @param name what it is called in the output
     * @param sql what it runs
     */
    private record Example(String name, String sql) {}

    /**
     * What one inspection took.
     *
     * @param copying nanoseconds
     * @param comparing nanoseconds
     * @param table what it found
     */
    private record Run(long copying, long comparing, TableData table) {}

    public static void main(String[] arguments) throws SQLException, InterruptedException {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200_000;
        int runs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        PrintStream out = System.out;
        try (EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults())) {
            for (Example example : EXAMPLES) {
                measure(server, example, rows, runs, out);
            }
        }
    }

    private static void measure(EmbeddedServer server, Example example, int rows, int runs, PrintStream out)
            throws SQLException, InterruptedException {
        Run[] all = new Run[runs];
        System.gc();
        long heap = used();
        for (int i = 0; i < runs; i++) {
            all[i] = run(server, example, rows);
        }
        TableData table = all[0].table();
        out.printf(
                Locale.ROOT,
                "%-18s copy %5.0f ms, comparison %5.0f ms (%s), %d of %d rows missing, %d differing, heap +%d MB%n",
                example.name(),
                median(Arrays.stream(all).mapToLong(Run::copying).toArray()) / NANOS_PER_MILLI,
                median(Arrays.stream(all).mapToLong(Run::comparing).toArray()) / NANOS_PER_MILLI,
                spread(Arrays.stream(all).mapToLong(Run::comparing).toArray()),
                table.missing(),
                table.rows(),
                table.columns().stream()
                        .mapToLong(column -> column.differing())
                        .max()
                        .orElse(0),
                Math.max(0, used() - heap) / MEGA);
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long median(long[] values) {
        long[] sorted = IntStream.range(0, values.length)
                .mapToLong(i -> values[i])
                .sorted()
                .toArray();
        return sorted[sorted.length / 2];
    }

    private static String spread(long[] values) {
        return String.format(
                Locale.ROOT,
                "%.0f to %.0f",
                Arrays.stream(values).min().orElse(0) / NANOS_PER_MILLI,
                Arrays.stream(values).max().orElse(0) / NANOS_PER_MILLI);
    }

    private static Run run(EmbeddedServer server, Example example, int rows) throws SQLException, InterruptedException {
        RehearsalPlan plan = RehearsalPlan.named("untouched", Baseline.ofSql("select 1"))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of("read", "select label from item where id = 7")),
                        ApplicationVersion.absent())
                .withPhase(Phase.of("change", Change.statements(example.sql())));
        try (Database database = server.fresh(rows, empty -> build(empty, rows));
                Inspection inspection = new Inspection(plan, database)) {
            dev.zdm.observation.UntouchedData data = inspection.inspect(0).untouched();
            return new Run(
                    data.copying().toNanos(),
                    data.comparing().toNanos(),
                    data.tables().get(0));
        }
    }

    private static void build(Database empty, int rows) {
        try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "create table item (id bigint primary key, kind int not null, label text, price numeric(10,2),"
                            + " made timestamptz, body text)");
            statement.execute(
                    "insert into item select g, g % 100, 'label ' || g, g / 7.0, now() - g * interval '1 min',"
                            + " md5(g::text) from generate_series(1, " + rows + ") g");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
