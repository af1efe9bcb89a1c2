package dev.zdm.workload;

import dev.zdm.database.Database;
import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.VersionRole;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** A database of three keys that one worker of each version writes, operation by operation. */
final class LedgerLab implements AutoCloseable {
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    /** One key with the ledger for the pair, one without, one shared. */
    private static final long KEYS = 3;

    final List<Throwable> readFailures = Collections.synchronizedList(new ArrayList<>());
    final LedgerBook book;
    private final Database database;
    private final Map<VersionRole, BoundVersion> versions = new EnumMap<>(VersionRole.class);
    private final Map<VersionRole, Worker> workers = new EnumMap<>(VersionRole.class);

    LedgerLab(Class<?> older, Class<?> newer) {
        this.database = TestServer.get().fresh("ledger", empty -> {
            try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "create table item (id bigint primary key, name text, label text, balance int not null)");
                statement.execute("insert into item select g, 'first', 'first', 0 from generate_series(1, 3) g");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        long base = System.nanoTime();
        this.book = new LedgerBook(1, KEYS, nanos -> NOON.plusNanos(nanos - base));
        join(VersionRole.OLD, older);
        join(VersionRole.NEW, newer);
    }

    private void join(VersionRole role, Class<?> workload) {
        BoundVersion bound = Workloads.bind(ApplicationVersion.of(workload), source());
        versions.put(role, bound);
        book.join(role, bound.facts(), new Listener());
        workers.put(role, worker(role));
    }

    /** Returns one more worker with the same keys. */
    Worker worker(VersionRole role) {
        return Worker.of(0, role, versions.get(role).facts().facts(), new SplittableRandom(1), book);
    }

    private PGSimpleDataSource source() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(database.jdbcUrl());
        source.setUser(database.credentials().getProperty("user"));
        source.setPassword(database.credentials().getProperty("password"));
        return source;
    }

    /** Runs an operation of a version and returns what it threw. */
    @Nullable
    Throwable run(VersionRole role, String operation) {
        return run(workers.get(role), role, operation);
    }

    @Nullable
    Throwable run(Worker worker, VersionRole role, String operation) {
        BoundOperation found = versions.get(role).operations().stream()
                .filter(candidate -> candidate.name().equals(operation))
                .findFirst()
                .orElseThrow();
        return worker.run(found, new OperationName(role, operation));
    }

    /** Reads everything back and returns what there is to tell. */
    LedgerHistory drain(VersionRole... roles) throws InterruptedException {
        book.readBack(Set.of(roles), true);
        return book.take();
    }

    /** Does what no application does. */
    void sql(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl(), database.credentials());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Runs a statement with a key behind other parameters, as applications do. */
    static int update(javax.sql.DataSource source, String sql, Object... parameters) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }

    /** Reads one value of one key; null: it is null, or there is no such row. */
    static <T> @Nullable T read(javax.sql.DataSource source, String sql, long key, Class<T> type) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, key);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getObject(1, type) : null;
            }
        }
    }

    @Override
    public void close() {
        database.close();
    }

    /** Keeps what reading threw. */
    private final class Listener implements LoadListener {
        @Override
        public void readBack(Outcome outcome, @Nullable Throwable failure) {
            if (failure != null) {
                readFailures.add(failure);
            }
        }

        @Override
        public void sessionUsed(VersionRole version, @Nullable OperationName operation, int pid) {}

        @Override
        public void sessionReleased(int pid) {}

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {}

        @Override
        public boolean isWanted(OperationName operation, int worker) {
            return false;
        }
    }

    /** Writes names, and adds to balances. */
    static class Writer {
        final DataSource database;

        Writer(DataSource database) {
            this.database = database;
        }

        @ReadBack
        @Nullable
        String name(long key) throws SQLException {
            return read(database, "select name from item where id = ?", key, String.class);
        }

        @ReadBack(total = true)
        @Nullable
        Integer balance(long key) throws SQLException {
            return read(database, "select balance from item where id = ?", key, Integer.class);
        }

        @Operation
        void rename(Keys keys, Ledger ledger) throws SQLException {
            long key = keys.own();
            String name = ledger.newValue(key);
            update(database, "update item set name = ? where id = ?", name, key);
            ledger.acknowledge(key, name);
        }

        @Operation
        void deposit(Keys keys, Ledger ledger) throws SQLException {
            long key = keys.shared();
            ledger.adding(key, 10);
            update(database, "update item set balance = balance + 10 where id = ?", key);
            ledger.acknowledgeAdded(key, 10);
        }
    }
}
