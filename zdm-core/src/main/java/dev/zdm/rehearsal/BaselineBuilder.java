package dev.zdm.rehearsal;

import dev.zdm.change.ChangeException;
import dev.zdm.change.RunningChange;
import dev.zdm.change.SessionSource;
import dev.zdm.change.SqlParameters;
import dev.zdm.change.StatementListener;
import dev.zdm.database.Database;
import dev.zdm.database.PostgresServer;
import dev.zdm.database.PostgresServer.DatabaseBuilder;
import dev.zdm.observation.SeededRows;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.PlanException;
import dev.zdm.values.AdversarialRows;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Builds the baseline in an empty database.
 *
 * @param baseline what to build
 */
record BaselineBuilder(Baseline baseline) implements DatabaseBuilder {
    /**
     * Returns a new database with the baseline in it but for the adversarial rows; those that are built alike are copies of
     * one template.
     *
     * @throws dev.zdm.database.DatabaseException if it cannot be made
     */
    Database fresh(PostgresServer server) {
        return server.fresh(baseline.built(), this);
    }

    @Override
    public void build(Database empty) {
        for (Change step : baseline.steps()) {
            ChangeException failure = carryOut(step, empty);
            if (failure != null) {
                throw new PlanException("the baseline cannot be built: " + failure.getMessage(), failure);
            }
        }
    }

    /**
     * Adds the adversarial rows that a baseline asks for to a database that has the rest of it.
     *
     * @return what the tables got
     */
    static List<SeededRows> seed(Baseline baseline, Database built) throws SQLException {
        if (baseline.adversarialRows() == 0) {
            return List.of();
        }
        try (Connection connection = DriverManager.getConnection(built.jdbcUrl(), properties(built))) {
            return AdversarialRows.add(connection, baseline.adversarialRows(), baseline.rows());
        }
    }

    private static Properties properties(Database database) {
        Properties properties = database.credentials();
        properties.setProperty("ApplicationName", "zdm baseline");
        return properties;
    }

    /** Not on the calling thread: what waits for an answer of the server does not react to an interrupt. */
    private @Nullable ChangeException carryOut(Change step, Database empty) {
        Properties properties = properties(empty);
        SessionSource sessions = () -> DriverManager.getConnection(empty.jdbcUrl(), properties);
        RunningChange running = new RunningChange(
                step, sessions, new SqlParameters(Map.of("rows", baseline.rows())), StatementListener.NONE);
        try {
            while (!running.await(Duration.ofMinutes(1))) {
                // A seed may take as long as it likes.
            }
        } catch (InterruptedException e) {
            running.stop("the rehearsal was interrupted", sessions);
            Thread.currentThread().interrupt();
        }
        return running.failure();
    }
}
