package dev.zdm.rehearsal;

import dev.zdm.change.ChangeException;
import dev.zdm.change.ChangeRunner;
import dev.zdm.change.SqlParameters;
import dev.zdm.change.StatementListener;
import dev.zdm.database.Database;
import dev.zdm.database.PostgresServer.DatabaseBuilder;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.PlanException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Builds the baseline in an empty database.
 *
 * @param baseline what to build
 */
record BaselineBuilder(Baseline baseline) implements DatabaseBuilder {
    @Override
    public void build(Database empty) {
        Properties properties = empty.credentials();
        properties.setProperty("ApplicationName", "zdm baseline");
        ChangeRunner runner = new ChangeRunner(
                () -> DriverManager.getConnection(empty.jdbcUrl(), properties),
                new SqlParameters(Map.of("rows", baseline.rows())),
                new Unobserved());
        for (Change step : baseline.steps()) {
            try {
                runner.run(step);
            } catch (ChangeException e) {
                throw new PlanException("the baseline cannot be built: " + e.getMessage(), e);
            }
        }
    }

    /** Lets everything pass. */
    private static final class Unobserved implements StatementListener {
        @Override
        public void sessionOpened(int pid) {
            // Nobody else is there.
        }

        @Override
        public @Nullable Object around(Execution execution) throws SQLException {
            return execution.proceed();
        }
    }
}
