package dev.zdm.sample;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.zdm.sample.http.Http;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * Runs one step of a deployment on the database that the environment variable {@code JDBC_URL} names.
 *
 * <p>{@code migrate <version>}, {@code backfill} or {@code serve <port>}. A release never
 * migrates when it starts: the order of these steps is what the rehearsal is about.
 */
public final class CustomerApp {
    private static final int SESSIONS = 8;

    private CustomerApp() {}

    public static void main(String[] args) throws IOException {
        List<String> command = List.of(args);
        HikariDataSource database = open(System.getenv().getOrDefault("JDBC_URL", "jdbc:postgresql:customers"));
        if (command.size() == 2 && command.get(0).equals("serve")) {
            serve(Integer.parseInt(command.get(1)), database);
            return;
        }
        try (database) {
            if (command.size() == 2 && command.get(0).equals("migrate")) {
                migrate(database, command.get(1));
            } else if (command.equals(List.of("backfill"))) {
                new NameBackfill(database).run();
            } else {
                throw new IllegalArgumentException(
                        "expected migrate <version>, backfill or serve <port>, found " + command);
            }
        }
    }

    /** Returns a pool of sessions. */
    public static HikariDataSource open(String jdbcUrl) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setMaximumPoolSize(SESSIONS);
        return new HikariDataSource(config);
    }

    /** Migrates up to and including a version. */
    public static void migrate(DataSource database, String version) {
        Flyway.configure().dataSource(database).target(version).load().migrate();
    }

    private static void serve(int port, DataSource database) throws IOException {
        Http.serve(port, Executors.newFixedThreadPool(SESSIONS), new CustomerService(database));
    }
}
