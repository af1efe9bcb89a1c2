package dev.zdm.jmh;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.VersionRole;
import dev.zdm.workload.LedgerBook;
import dev.zdm.workload.LoadListener;
import dev.zdm.workload.VersionLoad;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Are lost writes found, and only those? Two versions write the same keys in turn, as fast as they can, and read each back
 * before they write it, while sessions are killed at random and a trigger swallows 100 updates.
 *
 * <pre>{@code
 * java -cp jmh/target/benchmarks.jar dev.zdm.jmh.ReadBacks [read-backs]
 * }</pre>
 */
public final class ReadBacks {
    private static final int PLANTED = 100;
    private static final int WORKERS = 4;
    private static final int ROWS = 10_000;
    private static final double AS_FAST_AS_THEY_CAN = 100_000;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long DRAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final String KILL = "select count(pg_terminate_backend(pid)) from (select pid from pg_stat_activity"
            + " where datname = current_database() and application_name like 'zdm % version'"
            + " order by random() limit 1) victim";
    private static final String SWALLOW = """
            create function swallow() returns trigger language plpgsql as $$
            begin
                delete from planted where id = new.id;
                if found then
                    insert into swallowed values (new.id, new.name);
                    new.name := old.name;
                end if;
                return new;
            end $$
            """;

    private final Database database;
    private final LedgerBook book;
    private final Count count = new Count();
    private long kills;

    private ReadBacks(Database database) {
        this.database = database;
        Instant base = Instant.now();
        long baseNanos = System.nanoTime();
        this.book = new LedgerBook(WORKERS, ROWS, nanos -> base.plusNanos(nanos - baseNanos));
    }

    /** Runs the benchmark. */
    public static void main(String[] args) throws SQLException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        long readBacks = args.length > 0 ? Long.parseLong(args[0]) : 1_000_000;
        try (EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults());
                Database database = server.fresh("read-backs", ReadBacks::build)) {
            Sessions.run(database, "alter database \"" + name(database) + "\" set synchronous_commit = off");
            new ReadBacks(database).run(readBacks);
        }
    }

    private static String name(Database database) throws SQLException {
        try (Connection connection = Sessions.open(database)) {
            return connection.getCatalog();
        }
    }

    private static void build(Database empty) {
        Sessions.run(
                empty,
                "create table item (id bigint primary key, name text) with (fillfactor = 50)",
                "insert into item select g, 'first' from generate_series(1, " + ROWS + ") g",
                "create table planted (id bigint primary key)",
                "create table swallowed (id bigint, name text)",
                SWALLOW,
                "create trigger swallow before update on item for each row execute function swallow()");
    }

    private void run(long readBacks) throws SQLException, InterruptedException {
        ApplicationVersion application = ApplicationVersion.of(ItemWriter.class);
        VersionLoad.Target target = new VersionLoad.Target(database.jdbcUrl(), database.credentials(), WORKERS, ROWS);
        long began = System.nanoTime();
        try (VersionLoad older = new VersionLoad(VersionRole.OLD, application, target, book, count);
                VersionLoad newer = new VersionLoad(VersionRole.NEW, application, target, book, count);
                Connection connection = Sessions.open(database);
                Statement statement = connection.createStatement()) {
            older.rate(AS_FAST_AS_THEY_CAN);
            newer.rate(AS_FAST_AS_THEY_CAN);
            disturb(statement, readBacks);
            older.drain(false, DRAIN_NANOS);
            newer.drain(false, DRAIN_NANOS);
            book.readBack(Set.of(VersionRole.OLD, VersionRole.NEW), true);
            report(statement, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
        }
    }

    private void disturb(Statement statement, long readBacks) throws SQLException {
        SplittableRandom random = new SplittableRandom(1);
        int planted = 0;
        while (count.readBacks.get() < readBacks) {
            LockSupport.parkNanos(TICK_NANOS);
            statement.execute(KILL);
            kills++;
            long[] keys = book.keys().toArray();
            // The last ones early enough for their keys to be written once more.
            if (keys.length > 0 && planted < PLANTED && count.readBacks.get() > readBacks / 110 * planted) {
                long key = keys[random.nextInt(keys.length)];
                planted += statement.executeUpdate("insert into planted values (" + key + ") on conflict do nothing");
            }
        }
    }

    private void report(Statement statement, long seconds) throws SQLException {
        int swallowed = 0;
        int acknowledged = 0;
        try (ResultSet rows = statement.executeQuery("select name from swallowed")) {
            while (rows.next()) {
                swallowed++;
                acknowledged += ItemWriter.FAILED.contains(rows.getString(1)) ? 0 : 1;
            }
        }
        LedgerHistory history = book.take();
        long found = history.mismatches().stream()
                .mapToLong(LedgerHistory.Mismatches::count)
                .sum();
        System.out.printf(
                "%d read-backs before writes and %d of %d keys when drained, in %d s; %d sessions killed, %d operations"
                        + " failed, %d writes of unknown outcome, %d read-backs failed%n"
                        + "%d writes swallowed, %d of them acknowledged; %d mismatches found%n",
                history.readBacks(),
                history.drainedReadBacks(),
                history.keys(),
                seconds,
                kills,
                count.failed.get(),
                history.unknown(),
                count.unread.get(),
                swallowed,
                acknowledged,
                found);
        history.mismatches()
                .forEach(kind -> System.out.println(
                        kind.count() + " like " + kind.first().get(0)));
    }

    /** Counts what the load does. */
    private static final class Count implements LoadListener {
        private final AtomicLong readBacks = new AtomicLong();
        private final AtomicLong unread = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();

        @Override
        public void readBack(Outcome outcome, @Nullable Throwable failure) {
            (failure == null ? readBacks : unread).incrementAndGet();
        }

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {
            if (failure != null) {
                failed.incrementAndGet();
            }
        }

        @Override
        public void sessionUsed(VersionRole version, @Nullable OperationName operation, int pid) {}

        @Override
        public void sessionReleased(int pid) {}

        @Override
        public boolean isWanted(OperationName operation, int worker) {
            return false;
        }
    }
}
