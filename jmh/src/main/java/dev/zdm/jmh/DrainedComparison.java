package dev.zdm.jmh;

import com.zaxxer.hikari.HikariDataSource;
import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.observation.Agreement;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.workload.Comparison;
import dev.zdm.workload.Facts;
import dev.zdm.workload.Operation;
import dev.zdm.workload.ReadBack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * How long does it take to compare what both versions read of all keys once the load is drained, in bulk and key by key? One
 * row is planted that differs, and must be found each time.
 *
 * <pre>{@code
 * java -cp jmh/target/benchmarks.jar dev.zdm.jmh.DrainedComparison [rows=200000] [runs=5]
 * }</pre>
 */
public final class DrainedComparison {
    private static final int THREADS = 2;

    private DrainedComparison() {}

    /** Runs the benchmark. */
    public static void main(String[] args) throws SQLException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        int rows = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
        int runs = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        try (EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults());
                Database database = server.fresh(rows, empty -> build(empty, rows));
                HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(database.jdbcUrl());
            pool.setDataSourceProperties(database.credentials());
            for (int run = 1; run <= runs; run++) {
                compare("in bulk", pool, OldInBulk.class, NewInBulk.class, rows);
            }
            compare("key by key", pool, Old.class, New.class, rows);
        }
    }

    private static void build(Database empty, int rows) {
        try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                Statement statement = connection.createStatement()) {
            statement.execute("create table customer (id bigint primary key, name text, label text)");
            statement.execute("insert into customer select g, 'customer ' || g, 'customer ' || g"
                    + " from generate_series(1, " + rows + ") g");
            statement.execute("update customer set label = null where id = " + (rows / 2));
            statement.execute("vacuum analyze customer");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void compare(String how, DataSource pool, Class<?> older, Class<?> newer, int rows)
            throws SQLException, InterruptedException {
        Comparison comparison = new Comparison(
                Facts.bind(ApplicationVersion.of(older), pool),
                Facts.bind(ApplicationVersion.of(newer), pool),
                Instant::now);
        long began = System.nanoTime();
        comparison.compareAll(rows, THREADS);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        Agreement agreement = comparison.take(Agreement.When.DRAINED).get(0);
        System.out.printf(
                "%-10s: %d keys in %d ms, %d differ: %s%n",
                how, agreement.comparisons(), millis, agreement.differing(), agreement.first());
    }

    /** Reads one column, key by key. */
    abstract static class Customers {
        private final DataSource database;
        private final String column;

        Customers(DataSource database, String column) {
            this.database = database;
            this.column = column;
        }

        @Operation
        void find() {
            // Nothing runs beside a comparison.
        }

        @ReadBack
        @Nullable
        String name(long id) throws SQLException {
            return read("select id, " + column + " from customer where id = ?", id)
                    .get(id);
        }

        Map<Long, String> readAll(Collection<Long> ids) throws SQLException {
            return read("select id, " + column + " from customer where id = any(?)", ids.toArray(new Long[0]));
        }

        private Map<Long, String> read(String sql, Object keys) throws SQLException {
            Map<Long, String> names = new HashMap<>();
            try (Connection connection = database.getConnection();
                    PreparedStatement query = connection.prepareStatement(sql)) {
                query.setObject(1, keys);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        names.put(rows.getLong(1), rows.getString(2));
                    }
                }
            }
            return names;
        }
    }

    static class Old extends Customers {
        Old(DataSource database) {
            super(database, "name");
        }
    }

    static class New extends Customers {
        New(DataSource database) {
            super(database, "label");
        }
    }

    static final class OldInBulk extends Old {
        OldInBulk(DataSource database) {
            super(database);
        }

        @ReadBack("name")
        Map<Long, String> names(Collection<Long> ids) throws SQLException {
            return readAll(ids);
        }
    }

    static final class NewInBulk extends New {
        NewInBulk(DataSource database) {
            super(database);
        }

        @ReadBack("name")
        Map<Long, String> names(Collection<Long> ids) throws SQLException {
            return readAll(ids);
        }
    }
}
