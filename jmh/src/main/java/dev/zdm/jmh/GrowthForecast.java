package dev.zdm.jmh;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.inspection.Inspection;
import dev.zdm.observation.Growth;
import dev.zdm.observation.Growth.Kind;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * Are constant and linear growth told apart, and is the time at ten times the largest measured size foretold?
 *
 * <p>Eight statements, each on a table of its own, are inspected as a rehearsal does it, with tables of {@code rows} rows
 * and a production ten times as large. In between, the same statements run on tables that really are ten times as large. Printed
 * are, for each statement, how often its kind was told correctly, and the error of the foretold time: of the medians, and of the worst run.
 *
 * <pre>{@code
 * java -cp jmh/target/benchmarks.jar dev.zdm.jmh.GrowthForecast [rows=100000] [runs=10]
 * }</pre>
 */
public final class GrowthForecast {
    private static final int TIMES = 10;
    private static final int RUNS_FOR_EACH_LARGE = 4;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final String NOT_PARALLEL =
            "-c max_parallel_workers_per_gather=0 -c max_parallel_maintenance_workers=0";

    /** What the inspection does too before it measures: the catalogue is in memory. */
    private static final String WARM_UP = """
            begin;
            create table other (id int, note text);
            alter table other add column state int default 1, add constraint other_check check (id > 0) not valid;
            alter table other alter column note set not null, add primary key (id);
            alter table other add foreign key (state) references other (id) not valid;
            rollback
            """;

    private static final List<Example> EXAMPLES = List.of(
            new Example("add column", Kind.CONSTANT, "alter table %s add column note text"),
            new Example("constant default", Kind.CONSTANT, "alter table %s add column state int not null default 1"),
            new Example("not null, proven", Kind.CONSTANT, "alter table %s alter column label set not null"),
            new Example(
                    "foreign key not valid",
                    Kind.CONSTANT,
                    "alter table %s add foreign key (kind) references kind (id) not valid"),
            new Example("set not null", Kind.LINEAR, "alter table %s alter column label set not null"),
            new Example("add foreign key", Kind.LINEAR, "alter table %s add foreign key (kind) references kind (id)"),
            new Example("create index", Kind.LINEAR, "create index on %s (label)"),
            new Example("rewrite", Kind.LINEAR, "alter table %s add column token uuid default gen_random_uuid()"));

    private final EmbeddedServer server;
    private final long rows;
    private final PrintStream out;

    private GrowthForecast(EmbeddedServer server, long rows, PrintStream out) {
        this.server = server;
        this.rows = rows;
        this.out = out;
    }

    /**
     * A statement, and how it grows.
     *
     * @param name what the table of results calls it
     */
    private record Example(String name, Kind kind, String ddl) {
        String table() {
            return name.replaceAll("[^a-z]+", "_");
        }

        String sql() {
            return String.format(Locale.ROOT, ddl, table());
        }
    }

    /** Runs the benchmark; arguments: how many rows, how many runs. */
    public static void main(String[] args) throws SQLException, InterruptedException {
        long rows = args.length > 0 ? Long.parseLong(args[0]) : 100_000;
        int runs = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        try (EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults())) {
            new GrowthForecast(server, rows, System.out).run(runs);
        }
    }

    private void run(int runs) throws SQLException, InterruptedException {
        long began = System.nanoTime();
        List<List<Growth>> foretold = new ArrayList<>();
        List<double[]> measured = new ArrayList<>();
        try (Database large = fresh(TIMES * rows)) {
            for (int run = 0; run < runs; run++) {
                foretold.add(foretell());
                if (run % RUNS_FOR_EACH_LARGE == 0) {
                    measured.add(measure(large));
                }
            }
        }
        out.printf(
                Locale.ROOT,
                "%n%-21s | %-8s %7s %8s | %-22s | %10s %10s | %6s %6s%n",
                "statement",
                "kind",
                "correct",
                "work/row",
                "ms at n/16, n/4, n",
                "foretold",
                "measured",
                "error",
                "worst");
        for (int i = 0; i < EXAMPLES.size(); i++) {
            int index = i;
            print(
                    EXAMPLES.get(i),
                    foretold.stream().map(all -> all.get(index)).toList(),
                    median(measured.stream().mapToDouble(all -> all[index]).toArray()));
        }
        out.printf(
                Locale.ROOT,
                "n = %d rows, foretold and measured at %d; %d runs, %d of them measured; %.0f s%n",
                rows,
                TIMES * rows,
                runs,
                measured.size(),
                (System.nanoTime() - began) / NANOS_PER_SECOND);
    }

    private void print(Example example, List<Growth> foretold, double measured) {
        long correct = foretold.stream()
                .filter(growth -> growth.kind() == example.kind())
                .count();
        double[] millis = foretold.stream()
                .mapToDouble(growth -> growth.timeInProduction().toNanos() / NANOS_PER_MILLI)
                .toArray();
        double worst = Arrays.stream(millis)
                .map(time -> time / measured - 1)
                .reduce(0, (one, other) -> Math.abs(one) > Math.abs(other) ? one : other);
        out.printf(
                Locale.ROOT,
                "%-21s | %-8s %4d/%-2d %8.3f | %-22s | %7.1f ms %7.1f ms | %+4.0f %% %+4.0f %%%n",
                example.name(),
                example.kind().name().toLowerCase(Locale.ROOT),
                correct,
                foretold.size(),
                foretold.get(0).workPerRow(),
                measurements(foretold),
                median(millis),
                measured,
                100 * (median(millis) / measured - 1),
                100 * worst);
    }

    private static String measurements(List<Growth> foretold) {
        StringBuilder text = new StringBuilder();
        for (int size = 0; size < foretold.get(0).measurements().size(); size++) {
            int index = size;
            text.append(String.format(
                    Locale.ROOT,
                    size == 0 ? "%.2f" : ", %.2f",
                    median(foretold.stream()
                            .mapToDouble(growth ->
                                    growth.measurements().get(index).lockTime().toNanos() / NANOS_PER_MILLI)
                            .toArray())));
        }
        return text.toString();
    }

    private static double median(double[] values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        return sorted[(sorted.length - 1) / 2];
    }

    private List<Growth> foretell() throws SQLException, InterruptedException {
        String[] statements = EXAMPLES.stream().map(Example::sql).toArray(String[]::new);
        String[] application = EXAMPLES.stream()
                .map(example -> "update " + example.table() + " set label = 'x' where id = 1")
                .toArray(String[]::new);
        RehearsalPlan plan = RehearsalPlan.named("growth", Baseline.ofSql("unused"))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of("write", application)), ApplicationVersion.absent())
                .withPhase(Phase.of("change", Change.eachOnItsOwn(statements)));
        for (Example example : EXAMPLES) {
            plan = plan.withProductionSize(example.table(), TIMES * rows);
        }
        try (Inspection inspection = new Inspection(plan, fresh(rows))) {
            Inspection.Inspected inspected = inspection.inspect(0);
            if (inspected.growth().size() != EXAMPLES.size()) {
                throw new IllegalStateException(inspected.toString());
            }
            return inspected.growth();
        }
    }

    /** Returns the times of the statements on tables ten times as large, in milliseconds. */
    private static double[] measure(Database large) throws SQLException {
        double[] millis = new double[EXAMPLES.size()];
        try (Database copy = large.copy();
                Connection connection = connect(copy);
                Statement statement = connection.createStatement()) {
            statement.execute(WARM_UP);
            for (int i = 0; i < millis.length; i++) {
                long began = System.nanoTime();
                statement.execute(EXAMPLES.get(i).sql());
                millis[i] = (System.nanoTime() - began) / NANOS_PER_MILLI;
            }
        }
        return millis;
    }

    private static Connection connect(Database database) throws SQLException {
        Properties properties = database.credentials();
        properties.setProperty("options", NOT_PARALLEL);
        return DriverManager.getConnection(database.jdbcUrl(), properties);
    }

    private Database fresh(long size) {
        return server.fresh(size, empty -> {
            try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                    Statement statement = connection.createStatement()) {
                statement.execute("create table kind (id int primary key)");
                statement.execute("insert into kind select g from generate_series(0, 99) g");
                for (Example example : EXAMPLES) {
                    fill(statement, example.table(), size);
                }
                statement.execute("alter table not_null_proven add check (label is not null)");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void fill(Statement statement, String table, long size) throws SQLException {
        statement.execute("create table " + table + " (id bigint primary key, kind int not null, label text)");
        statement.execute(
                "insert into " + table + " select g, g % 100, 'label ' || g from generate_series(1, " + size + ") g");
        statement.execute("create index on " + table + " (kind)");
    }
}
