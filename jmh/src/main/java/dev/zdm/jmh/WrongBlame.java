package dev.zdm.jmh;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.SessionRole;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Is a migration blamed for waits that it does not cause? Eight sessions fight for two rows while a migration works all
 * the time on other tables, and reads the fought-for one, in ways that cannot block anybody. Every wait that is blamed on
 * it is wrong.
 *
 * <pre>{@code
 * java -cp jmh/target/benchmarks.jar dev.zdm.jmh.WrongBlame [seconds]
 * }</pre>
 */
public final class WrongBlame {
    private static final int SESSIONS = 8;
    private static final List<String> HARMLESS = List.of(
            "create index concurrently other_v on other (v)",
            "drop index concurrently other_v",
            "begin",
            "select count(*) from hot",
            "alter table unused add column c int",
            "update other set v = v + 1 where id <= 1000",
            "commit",
            "alter table unused drop column c",
            "analyze other");

    private final Database database;
    private final Watch watch;
    private volatile boolean stop;
    private volatile @Nullable SQLException failure;

    private WrongBlame(Database database, Watch watch) {
        this.database = database;
        this.watch = watch;
    }

    /** Runs the benchmark. */
    public static void main(String[] args) throws SQLException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 60;
        try (EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults());
                Database database = server.fresh("blame", WrongBlame::build);
                Watch watch = new Watch(server, database, EnumSet.allOf(Watch.Source.class))) {
            WrongBlame benchmark = new WrongBlame(database, watch);
            int statements = benchmark.run(seconds);
            List<LockWait> waits = watch.finish();
            List<LockWait> wrong = waits.stream()
                    .filter(wait -> wait.waiter() != SessionRole.MIGRATION)
                    .filter(wait -> wait.cause() != LockWait.Cause.CONTENTION)
                    .toList();
            System.out.printf(
                    "%d s of contention of %d sessions for two rows beside %d statements of a migration:%n"
                            + "%d waits of 1 ms and more, %d blamed on the migration%n",
                    seconds, SESSIONS, statements, watch.contended(), wrong.size());
            wrong.stream().limit(5).forEach(System.out::println);
        }
    }

    private static void build(Database empty) {
        Sessions.run(
                empty,
                "create table hot (id int primary key, v int) with (fillfactor = 10)",
                "insert into hot values (1, 0), (2, 0)",
                "create table other (id int primary key, v int)",
                "insert into other select g, g from generate_series(1, 20000) g",
                "create table unused (id int)");
    }

    private int run(int seconds) throws SQLException, InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            int row = i % 2 + 1;
            Thread thread = new Thread(() -> fight(row), "benchmark-session-" + i);
            threads.add(thread);
            thread.start();
        }
        int statements = migrate(System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
        stop = true;
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        return statements;
    }

    private void fight(int row) {
        OperationName name = new OperationName(VersionRole.OLD, "fight for " + row);
        try (Connection connection = Sessions.open(database);
                Statement statement = connection.createStatement()) {
            int pid = Sessions.pid(connection);
            watch.sessions.register(pid, SessionRole.OLD_VERSION);
            while (!stop) {
                watch.sessions.operationStarted(pid, name, watch.now());
                statement.execute(
                        "begin; update hot set v = v + 1 where id = " + row + "; select pg_sleep(0.002); commit");
                watch.sessions.operationEnded(pid, watch.now());
            }
        } catch (SQLException e) {
            failure = e;
        }
    }

    private int migrate(long until) throws SQLException {
        int statements = 0;
        try (Connection connection = Sessions.open(database);
                Statement statement = connection.createStatement()) {
            int pid = Sessions.pid(connection);
            watch.sessions.register(pid, SessionRole.MIGRATION);
            while (System.nanoTime() < until) {
                for (String sql : HARMLESS) {
                    statements++;
                    watch.sampler.statementBegins(pid);
                    watch.timeline.statementStarted(pid, new SqlStatement(sql, "harmless", statements), watch.now());
                    statement.execute(sql);
                    watch.timeline.statementEnded(pid, watch.now());
                    watch.sampler.transactionOpen(pid, Sessions.inTransaction(connection));
                    watch.sampler.statementEnded(pid);
                }
            }
        }
        return statements;
    }
}
