package dev.zdm.jmh;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.SessionRole;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.SqlOperation;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.workload.VersionLoad;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How many lock waits of known length are found, how exact their length is, and whether the right session and statement
 * are named.
 *
 * <p>In each round a migration takes ACCESS EXCLUSIVE on a table, waits on the server until the server itself shows a
 * session that waits for it, and commits a given time after the begin of that wait, while other sessions run 1 000
 * transactions a second on other tables. So the length of the wait is known: from {@code waitstart} to some time between
 * the begin of {@code COMMIT} and the answer at the client. What lies between these two has no error.
 *
 * <pre>{@code
 * java -cp jmh/target/benchmarks.jar dev.zdm.jmh.LockWaitRecall [both|log|sampler [rounds]]
 * }</pre>
 */
public final class LockWaitRecall {
    private static final int[] MILLIS = {1, 2, 5, 10, 50};
    private static final int WORKERS = 4;
    private static final int ROWS = 10_000;
    private static final double PER_SECOND = 1000;
    private static final OperationName PROBE = new OperationName(VersionRole.NEW, "probe");

    private final Database database;
    private final Watch watch;
    private final List<Injection> injections = new ArrayList<>();
    private volatile boolean probing;

    private LockWaitRecall(Database database, Watch watch) {
        this.database = database;
        this.watch = watch;
    }

    /** A wait that was caused on purpose. */
    private record Injection(
            int millis, int pid, SqlStatement culprit, Instant begin, Instant commit, Instant answered) {
        double least() {
            return inMillis(Duration.between(begin, commit));
        }

        double most() {
            return inMillis(Duration.between(begin, answered));
        }

        boolean isFound(LockWait wait) {
            return wait.waiterPid() == pid
                    && wait.begin().isBefore(commit)
                    && wait.begin().plus(wait.duration()).isAfter(begin);
        }
    }

    /** Runs the benchmark. */
    public static void main(String[] args) throws SQLException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        Set<Watch.Source> sources = args.length == 0 || args[0].equals("both")
                ? EnumSet.allOf(Watch.Source.class)
                : EnumSet.of(Watch.Source.valueOf(args[0].toUpperCase(Locale.ROOT)));
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 200;
        try (EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults());
                Database database = server.fresh("recall", LockWaitRecall::build);
                Watch watch = new Watch(server, database, sources)) {
            LockWaitRecall benchmark = new LockWaitRecall(database, watch);
            benchmark.inject(rounds);
            benchmark.report(sources, watch.finish());
        }
    }

    private static void build(Database empty) {
        Sessions.run(
                empty,
                "create table hot (id int primary key, v int)",
                "insert into hot values (1, 0)",
                "create table item (id int primary key, v int)",
                "insert into item select g, 0 from generate_series(1, " + ROWS + ") g");
    }

    private void inject(int rounds) throws SQLException, InterruptedException {
        String key = "(select 1 + (random() * " + (ROWS - 1) + ")::int)";
        ApplicationVersion application = ApplicationVersion.ofSql(
                SqlOperation.of("read", "select v from item where id = " + key),
                SqlOperation.of("write", "update item set v = v + 1 where id = " + key));
        VersionLoad.Target target = new VersionLoad.Target(database.jdbcUrl(), database.credentials(), WORKERS, ROWS);
        try (VersionLoad load = new VersionLoad(VersionRole.OLD, application, target, watch);
                Connection migration = Sessions.open(database);
                Connection waiter = Sessions.open(database)) {
            load.spreadSessions();
            load.rate(PER_SECOND);
            watch.sessions.register(Sessions.pid(migration), SessionRole.MIGRATION);
            watch.sessions.register(Sessions.pid(waiter), SessionRole.NEW_VERSION);
            SplittableRandom random = new SplittableRandom(1);
            for (int round = 0; round < rounds * MILLIS.length; round++) {
                injectOne(MILLIS[round % MILLIS.length], round, migration, waiter);
                LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(5)));
            }
        }
    }

    private void injectOne(int millis, int round, Connection migration, Connection waiter)
            throws SQLException, InterruptedException {
        int pid = Sessions.pid(waiter);
        probing = true;
        Probe probe = new Probe(waiter, pid);
        probe.start();
        SqlStatement culprit = new SqlStatement(hold(pid, millis), "injected", round + 1);
        String[] times = run(culprit, migration);
        probing = false;
        probe.join();
        Instant begin = micros(times[0]);
        injections.add(new Injection(millis, pid, culprit, begin, micros(times[1]), probe.answered(begin)));
    }

    private static String hold(int pid, int millis) {
        return """
            do $$
            declare
              since timestamptz;
            begin
              lock table hot in access exclusive mode;
              loop
                select waitstart into since from pg_locks where pid = %d and not granted;
                exit when since is not null;
                perform pg_sleep(0.0001);
              end loop;
              perform pg_sleep(greatest(0, %d - 0.3 - 1000 * extract(epoch from clock_timestamp() - since)) / 1000);
              while clock_timestamp() < since + interval '1 millisecond' * %d loop
              end loop;
              raise notice '%% %%', (extract(epoch from since) * 1000000)::bigint,
                (extract(epoch from clock_timestamp()) * 1000000)::bigint;
              commit;
            end $$
            """.formatted(pid, millis, millis);
    }

    private String[] run(SqlStatement culprit, Connection migration) throws SQLException {
        int pid = Sessions.pid(migration);
        try (Statement statement = migration.createStatement()) {
            watch.sampler.statementBegins(pid);
            watch.timeline.statementStarted(pid, culprit, watch.now());
            statement.execute(culprit.text());
            watch.timeline.statementEnded(pid, watch.now());
            watch.sampler.statementEnded(pid);
            SQLWarning notice = statement.getWarnings();
            return String.valueOf(notice.getMessage()).split(" ", 2);
        }
    }

    private static Instant micros(String micros) {
        return Instant.EPOCH.plus(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(Long.parseLong(micros))));
    }

    /** Reads the table over and over, so that one of its statements has to wait. */
    private final class Probe extends Thread {
        private final Connection connection;
        private final int pid;
        private final List<Instant> answers = new ArrayList<>();

        Probe(Connection connection, int pid) {
            super("benchmark-probe");
            this.connection = connection;
            this.pid = pid;
        }

        @Override
        public void run() {
            try (PreparedStatement read = connection.prepareStatement("select v from hot where id = 1")) {
                while (probing) {
                    watch.sessions.operationStarted(pid, PROBE, watch.now());
                    try (ResultSet rows = read.executeQuery()) {
                        rows.next();
                    }
                    watch.sessions.operationEnded(pid, watch.now());
                    answers.add(watch.now());
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Returns when the first statement that ended after an instant had its answer. */
        Instant answered(Instant after) {
            return answers.stream().filter(at -> at.isAfter(after)).findFirst().orElse(after);
        }
    }

    private void report(Set<Watch.Source> sources, List<LockWait> waits) {
        System.out.printf(
                "%d injected waits of each length under %.0f transactions a second, seen by %s%n",
                injections.size() / MILLIS.length, PER_SECOND, sources);
        System.out.println(
                "                 right waiter   error of the length [ms]    beyond 1 ms   length known to [ms]");
        System.out.println("length  recall   and culprit    median    p99    worst      or 5 %        median     p99");
        for (int millis : MILLIS) {
            report(millis, waits);
        }
        List<LockWait> wrong = waits.stream()
                .filter(wait -> wait.cause() != LockWait.Cause.CONTENTION)
                .filter(wait -> injections.stream().noneMatch(injection -> injection.isFound(wait)))
                .toList();
        System.out.println("waits blamed on the migration that it did not cause: " + wrong.size());
        wrong.stream().limit(5).forEach(System.out::println);
    }

    private void report(int millis, List<LockWait> waits) {
        List<Injection> all =
                injections.stream().filter(one -> one.millis() == millis).toList();
        int right = 0;
        int beyond = 0;
        List<Double> errors = new ArrayList<>();
        for (Injection injection : all) {
            LockWait wait = find(injection, waits);
            if (wait != null) {
                right += isRight(wait, injection) ? 1 : 0;
                double error = error(wait, injection);
                errors.add(error);
                beyond += error > Math.max(1, injection.least() * 0.05) ? 1 : 0;
            }
        }
        double[] sorted =
                errors.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double[] widths = all.stream()
                .mapToDouble(one -> one.most() - one.least())
                .sorted()
                .toArray();
        System.out.printf(
                "%3d ms  %5.1f %%  %5d of %3d   %7.2f %7.2f %7.2f   %6d         %7.2f %7.2f%n",
                millis,
                100.0 * sorted.length / all.size(),
                right,
                sorted.length,
                at(sorted, 0.5),
                at(sorted, 0.99),
                at(sorted, 1),
                beyond,
                at(widths, 0.5),
                at(widths, 0.99));
    }

    private static double at(double[] sorted, double quantile) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.round(quantile * (sorted.length - 1))];
    }

    private static boolean isRight(LockWait wait, Injection injection) {
        return wait.cause() == LockWait.Cause.MIGRATION
                && injection.culprit().equals(wait.culprit())
                && PROBE.equals(wait.operation())
                && wait.relation() != null
                && wait.relation().name().equals("hot");
    }

    private static double error(LockWait wait, Injection injection) {
        double found = inMillis(wait.duration());
        return Math.max(0, Math.max(injection.least() - found, found - injection.most()));
    }

    private static double inMillis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    private static @Nullable LockWait find(Injection injection, List<LockWait> waits) {
        return waits.stream()
                .filter(injection::isFound)
                .max(Comparator.comparing(LockWait::duration))
                .orElse(null);
    }
}
