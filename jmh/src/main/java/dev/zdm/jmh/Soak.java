package dev.zdm.jmh;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.rehearsal.Rehearsal;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.RehearsalResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Does a JVM that rehearses for long lose anything? One rehearsal after the other on one server; after each of them it prints
 * what is in use, and at the end a verdict: exit code 0 if all of it is flat, 1 if something grew.
 *
 * <pre>{@code
 * scripts/soak [minutes]
 * }</pre>
 */
public final class Soak {
    /** Classes are loaded and pools grow in the first rounds; they do not count. */
    private static final int WARM_UP_ROUNDS = 5;

    private static final int LEAST_ROUNDS = WARM_UP_ROUNDS + 6;
    private static final long HEAP_SLACK = 3L << 20;

    private Soak() {}

    /** Runs the soak. */
    public static void main(String[] args) throws SQLException {
        Locale.setDefault(Locale.ROOT);
        Duration length = Duration.ofMinutes(args.length > 0 ? Long.parseLong(args[0]) : 10);
        List<Use> uses = new ArrayList<>();
        try (EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults())) {
            long end = System.nanoTime() + length.toNanos();
            while (System.nanoTime() < end || uses.size() < LEAST_ROUNDS) {
                RehearsalResult result = Rehearsal.run(plan(uses.size()), server);
                Use use = Use.now(server);
                uses.add(use);
                System.out.printf("round %d: %s, %s%n", uses.size(), passed(result) ? "green" : "NOT GREEN", use);
                if (!passed(result)) {
                    System.out.println(TextReport.of(result));
                }
            }
        }
        System.exit(Use.areFlat(uses) ? 0 : 1);
    }

    private static boolean passed(RehearsalResult result) {
        return result.phases().stream().allMatch(phase -> phase.verdict().isPassed());
    }

    /** Two baselines in turn, as several classes of a project have them. */
    private static RehearsalPlan plan(int round) {
        return RehearsalPlan.named(
                        "soak",
                        Baseline.ofSql(
                                "create table item (id bigint primary key, kind int not null)",
                                "insert into item select g, g % 100 from generate_series(1, 20000) g",
                                "comment on table item is 'round " + round % 2 + "'"))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of(
                                "move", "update item set kind = 7 where id = 1 + (random() * 19999)::int")),
                        ApplicationVersion.ofSql(SqlOperation.of("find", "select kind from item where id = 7")))
                .withPhase(Phase.of("column", Change.statements("alter table item add column note text"))
                        .withRollback(Change.statements("alter table item drop column note"))
                        .withTraffic(100, 50))
                .withPhase(Phase.of("index", Change.eachOnItsOwn("create index concurrently on item (kind)"))
                        .withTraffic(50, 0));
    }

    /**
     * What is in use after a round.
     *
     * @param heap in bytes, after a full collection
     * @param threads of this JVM
     * @param files descriptors of this JVM
     * @param connections of clients on the server
     * @param databases on the server
     * @param temporary files and directories of zdm in the temporary directory, the server's own aside
     */
    private record Use(long heap, long threads, long files, long connections, long databases, long temporary) {
        static Use now(EmbeddedServer server) throws SQLException {
            System.gc();
            return new Use(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    descriptors(),
                    ask(server, "select count(*) from pg_stat_activity where backend_type = 'client backend'"),
                    ask(server, "select count(*) from pg_database"),
                    temporaryFiles());
        }

        private static long descriptors() {
            return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                    ? unix.getOpenFileDescriptorCount()
                    : 0;
        }

        private static long ask(EmbeddedServer server, String question) throws SQLException {
            try (var database = server.fresh("soak", empty -> {});
                    Connection connection = DriverManager.getConnection(database.jdbcUrl(), database.credentials());
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(question)) {
                row.next();
                return row.getLong(1);
            }
        }

        private static long temporaryFiles() {
            try (var paths = Files.walk(Path.of(System.getProperty("java.io.tmpdir")))) {
                return paths.filter(path -> !path.toString().matches(".*/servers/[^/]+/(data|log)/.*"))
                        .count();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static boolean areFlat(List<Use> all) {
            List<Use> uses = all.subList(WARM_UP_ROUNDS, all.size());
            System.out.printf("%d rounds; the first and the last third after the warm-up, medians:%n", all.size());
            return Stream.of(
                            isFlat("heap", uses, Use::heap, HEAP_SLACK),
                            isFlat("threads", uses, Use::threads, 0),
                            isFlat("file descriptors", uses, Use::files, 0),
                            isFlat("connections", uses, Use::connections, 0),
                            isFlat("databases", uses, Use::databases, 0),
                            isFlat("temporary files", uses, Use::temporary, 0))
                    .allMatch(flat -> flat);
        }

        private static boolean isFlat(String what, List<Use> uses, ToLongFunction<Use> size, long slack) {
            int third = uses.size() / 3;
            long first = median(uses.subList(0, third), size);
            long last = median(uses.subList(uses.size() - third, uses.size()), size);
            boolean flat = last - first <= slack;
            System.out.printf("%s: %d, %d: %s%n", what, first, last, flat ? "flat" : "NOT FLAT");
            return flat;
        }

        private static long median(List<Use> uses, ToLongFunction<Use> size) {
            long[] sizes = uses.stream().mapToLong(size).sorted().toArray();
            return sizes[sizes.length / 2];
        }

        @Override
        public String toString() {
            return String.format(
                    "heap %.1f MB, %d threads, %d file descriptors, %d connections, %d databases, %d temporary files",
                    heap / 1e6, threads, files, connections, databases, temporary);
        }
    }
}
