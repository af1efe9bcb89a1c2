package dev.zdm.jmh;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.SqlOperation;
import dev.zdm.plan.VersionRole;
import dev.zdm.workload.LoadListener;
import dev.zdm.workload.VersionLoad;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A server with one filled table under a steady load. Controlled by one thread. */
final class LoadedServer implements AutoCloseable {
    private static final int WORKERS = 4;
    private static final double OPERATIONS_PER_SECOND = 400;
    private static final long STEADY_OPERATIONS = 200;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults());
    private @Nullable Loaded loaded;

    /**
     * What the application saw of a statement.
     *
     * @param longestMicros the longest stall, in microseconds from when the operation was due
     * @param count how many operations that were due while the statement ran stalled for 10 ms or more
     */
    record Stalls(long longestMicros, long count) {}

    /** Puts a fresh table under load and waits until the load is steady. */
    void load(int rows) throws SQLException {
        Loaded next = new Loaded(server.fresh(rows, empty -> build(empty, rows)), rows);
        loaded = next;
        next.awaitSteady();
    }

    private static void build(Database empty, int rows) {
        try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                Statement statement = connection.createStatement()) {
            statement.execute("create table kind (id int primary key)");
            statement.execute("insert into kind select g from generate_series(0, 99) g");
            statement.execute("create table item (id bigint primary key, kind int not null, label text)");
            statement.execute(
                    "insert into item select g, g % 100, 'label ' || g from generate_series(1, " + rows + ") g");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a statement under load and returns when it is done. */
    boolean execute(String sql) throws SQLException {
        return current().execute(sql);
    }

    /** Ends the load and returns what the application saw. */
    Stalls unload() throws SQLException, InterruptedException {
        try (Loaded ended = current()) {
            return ended.drain();
        }
    }

    private Loaded current() {
        Loaded now = loaded;
        if (now == null) {
            throw new IllegalStateException("no load");
        }
        return now;
    }

    @Override
    public void close() {
        server.close();
    }

    /** One table under load. */
    private static final class Loaded implements LoadListener, AutoCloseable {
        private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

        private final Database database;
        private final Connection connection;
        private final VersionLoad load;
        private final AtomicLong ended = new AtomicLong();
        private final AtomicLong stalled = new AtomicLong();
        private final AtomicLong longest = new AtomicLong();
        private volatile @Nullable Throwable failed;
        private volatile long began = Long.MAX_VALUE;
        private volatile long done = Long.MAX_VALUE;

        Loaded(Database database, int rows) throws SQLException {
            this.database = database;
            this.connection = DriverManager.getConnection(database.jdbcUrl(), database.credentials());
            String key = "(select 1 + (random() * " + (rows - 1) + ")::int)";
            ApplicationVersion application = ApplicationVersion.ofSql(
                    SqlOperation.of("read", "select label from item where id = " + key),
                    SqlOperation.of("write", "update item set label = label || '.' where id = " + key));
            this.load = new VersionLoad(
                    VersionRole.OLD,
                    application,
                    new VersionLoad.Target(database.jdbcUrl(), database.credentials(), WORKERS, rows),
                    this);
        }

        void awaitSteady() {
            load.spreadSessions();
            load.rate(OPERATIONS_PER_SECOND);
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (ended.get() < STEADY_OPERATIONS) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the load did not get going within a minute");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }

        boolean execute(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                began = System.nanoTime();
                return statement.execute(sql);
            } finally {
                done = System.nanoTime();
            }
        }

        Stalls drain() throws InterruptedException {
            if (!load.drain(true, PATIENCE_NANOS)) {
                throw new IllegalStateException("the load could not be drained within a minute");
            }
            if (failed != null) {
                throw new IllegalStateException("an operation of the load failed", failed);
            }
            return new Stalls(TimeUnit.NANOSECONDS.toMicros(longest.get()), stalled.get());
        }

        @Override
        public void sessionUsed(VersionRole version, @Nullable OperationName operation, int pid) {
            // Only latencies are measured here.
        }

        @Override
        public void sessionReleased(int pid) {
            // Only latencies are measured here.
        }

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {
            if (failure != null) {
                failed = failure;
            }
            ended.incrementAndGet();
            long latency = outcome.ended() - outcome.intended();
            boolean whileItRan = outcome.intended() < done && outcome.ended() > began;
            if (whileItRan && latency >= STALL_NANOS) {
                stalled.incrementAndGet();
                longest.accumulateAndGet(latency, Math::max);
            }
        }

        @Override
        public boolean isWanted(OperationName operation, int worker) {
            return false;
        }

        @Override
        public void close() throws SQLException {
            try (database;
                    connection) {
                load.close();
            }
        }
    }
}
