package dev.zdm.jmh;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.SqlOperation;
import dev.zdm.plan.VersionRole;
import dev.zdm.workload.LoadListener;
import dev.zdm.workload.VersionLoad;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/**
 * What does it cost to observe lock waits?
 *
 * <p>Pairs of runs with and without, one after the other in changing order. At the default load the latency of operations
 * is compared with its own spread; at saturation the CPU time of client and server together per operation, for throughput
 * scatters by a third on a small machine. With: the server logs lock waits after 1 ms, the log is read every 5 ms, the
 * sampler rests, as it does while no change is at work. {@code busy}: the sampler watches all the time, as it does during
 * a change.
 *
 * <pre>{@code
 * java -cp jmh/target/benchmarks.jar dev.zdm.jmh.ObservationCost [rows|hot] [rest|busy] [pairs]
 * }</pre>
 */
public final class ObservationCost {
    private static final int WORKERS = 4;
    private static final int ROWS = 100_000;
    private static final double FLAT_OUT = 1_000_000;
    private static final int SECONDS = 4;
    private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final EmbeddedServer server;
    private final Database database;
    private final ApplicationVersion application;
    private final boolean busy;
    private final ProcessHandle postmaster;

    private ObservationCost(EmbeddedServer server, Database database, ApplicationVersion application, boolean busy)
            throws SQLException {
        this.server = server;
        this.database = database;
        this.application = application;
        this.busy = busy;
        this.postmaster = postmaster(database);
    }

    /** The parent of each session's process. */
    private static ProcessHandle postmaster(Database database) throws SQLException {
        try (Connection connection = Sessions.open(database)) {
            return ProcessHandle.of(Sessions.pid(connection))
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow();
        }
    }

    /** What one run showed: CPU microseconds per operation, and percentiles of the latency in microseconds. */
    private record Run(double operations, double client, double serverSide, double p50, double p99) {
        double cpu() {
            return client + serverSide;
        }
    }

    /** Runs the benchmark. */
    public static void main(String[] args) throws SQLException {
        Locale.setDefault(Locale.ROOT);
        boolean hot = args.length > 0 && args[0].equals("hot");
        boolean busy = args.length > 1 && args[1].equals("busy");
        int pairs = args.length > 2 ? Integer.parseInt(args[2]) : 7;
        try (EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults());
                Database database = server.fresh("cost", ObservationCost::build)) {
            ObservationCost benchmark = new ObservationCost(server, database, application(hot), busy);
            System.out.printf(
                    "%s, sampler %s, %d pairs%n",
                    hot ? "one hot row" : "random rows", busy ? "at work all the time" : "at rest", pairs);
            benchmark.compare("default load", LoadProfile.DEFAULT.ratePerSecond(), pairs);
            benchmark.compare("saturation", FLAT_OUT, pairs);
        }
    }

    private static void build(Database empty) {
        Sessions.run(
                empty,
                "create table item (id int primary key, v int) with (fillfactor = 50)",
                "insert into item select g, 0 from generate_series(1, " + ROWS + ") g");
    }

    private static ApplicationVersion application(boolean hot) {
        String key = hot ? "1" : "(select 1 + (random() * " + (ROWS - 1) + ")::int)";
        return ApplicationVersion.ofSql(
                SqlOperation.of("read", "select v from item where id = " + key),
                SqlOperation.of("write", "update item set v = v + 1 where id = " + key));
    }

    private void compare(String name, double rate, int pairs) throws SQLException {
        List<Run> with = new ArrayList<>();
        List<Run> without = new ArrayList<>();
        run(rate, true);
        for (int pair = 0; pair < pairs; pair++) {
            boolean first = pair % 2 == 0;
            (first ? with : without).add(run(rate, first));
            (first ? without : with).add(run(rate, !first));
        }
        double[] ratios = new double[pairs];
        for (int pair = 0; pair < pairs; pair++) {
            ratios[pair] = with.get(pair).cpu() / without.get(pair).cpu();
        }
        Arrays.sort(ratios);
        System.out.printf(
                "%s: CPU per operation with / without: median %.3f of %s%n",
                name, ratios[pairs / 2], words(ratios, "%.3f"));
        print("with", with);
        print("without", without);
    }

    private static void print(String name, List<Run> runs) {
        System.out.printf(
                "  %-8s operations/s %6.0f   CPU [us] client %5.0f server %5.0f   p50 [us] %s   p99 [us] %s%n",
                name,
                median(runs.stream().mapToDouble(Run::operations).toArray()),
                median(runs.stream().mapToDouble(Run::client).toArray()),
                median(runs.stream().mapToDouble(Run::serverSide).toArray()),
                spread(runs.stream().mapToDouble(Run::p50).toArray()),
                spread(runs.stream().mapToDouble(Run::p99).toArray()));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static String spread(double[] values) {
        return "%.0f (%.0f to %.0f)".formatted(median(values), values[0], values[values.length - 1]);
    }

    private static String words(double[] values, String format) {
        return String.join(
                " ", Arrays.stream(values).mapToObj(format::formatted).toList());
    }

    private Run run(double rate, boolean observed) throws SQLException {
        Sessions.run(
                database,
                "alter system set log_lock_waits = " + (observed ? "on" : "off"),
                "alter system set deadlock_timeout = '" + (observed ? "1ms" : "1s") + "'",
                "select pg_reload_conf()");
        @Nullable Watch watch = observed ? new Watch(server, database, EnumSet.allOf(Watch.Source.class)) : null;
        Count count = new Count(watch);
        VersionLoad.Target target = new VersionLoad.Target(database.jdbcUrl(), database.credentials(), WORKERS, ROWS);
        try (VersionLoad load = new VersionLoad(VersionRole.OLD, application, target, count)) {
            load.spreadSessions();
            if (watch != null && busy) {
                watch.sampler.transactionOpen(0, true);
            }
            load.rate(rate);
            LockSupport.parkNanos(WARM_UP_NANOS);
            count.latencies.reset();
            long client = clientNanos();
            long serverSide = serverNanos();
            long began = System.nanoTime();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SECONDS));
            double seconds = (System.nanoTime() - began) / 1e9;
            double operations = count.latencies.getTotalCount();
            Run run = new Run(
                    operations / seconds,
                    (clientNanos() - client) / 1e3 / operations,
                    (serverNanos() - serverSide) / 1e3 / operations,
                    count.latencies.getValueAtPercentile(50),
                    count.latencies.getValueAtPercentile(99));
            if (count.failures.peek() != null) {
                throw new IllegalStateException("an operation failed", count.failures.peek());
            }
            return run;
        } finally {
            if (watch != null) {
                watch.close();
            }
        }
    }

    private static long clientNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** Returns the CPU time of the server's processes, its log writer included. */
    private long serverNanos() {
        return postmaster
                .descendants()
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .mapToLong(Duration::toNanos)
                .sum();
    }

    /** Counts operations, and passes what the watch wants to know on to it. */
    private static final class Count implements LoadListener {
        private final ConcurrentHistogram latencies = new ConcurrentHistogram(3);
        private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final @Nullable Watch watch;

        Count(@Nullable Watch watch) {
            this.watch = watch;
        }

        @Override
        public void sessionUsed(VersionRole version, @Nullable OperationName operation, int pid) {
            if (watch != null) {
                watch.sessionUsed(version, operation, pid);
            }
        }

        @Override
        public void sessionReleased(int pid) {
            if (watch != null) {
                watch.sessionReleased(pid);
            }
        }

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {
            latencies.recordValue(TimeUnit.NANOSECONDS.toMicros(outcome.ended() - outcome.began()));
            if (failure != null) {
                failures.add(failure);
            }
        }

        @Override
        public boolean isWanted(OperationName operation, int worker) {
            return false;
        }
    }
}
