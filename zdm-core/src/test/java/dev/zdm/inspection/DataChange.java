package dev.zdm.inspection;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.UntouchedData;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/**
 * A change on a quiet clone, for tests.
 *
 * @param baseline what makes the database
 * @param operations what the old version runs
 * @param invariants what holds from the beginning
 */
record DataChange(List<String> baseline, List<String> operations, List<Invariant> invariants) {
    /** Copies need no durability: it would only cost time. It stops itself when the run ends. */
    private static final class Holder {
        static final EmbeddedServer SERVER =
                EmbeddedServer.start(EmbeddedSettings.defaults().withoutDurability());
    }

    static DataChange of(List<String> baseline) {
        return new DataChange(baseline, List.of("select 1"), List.of());
    }

    DataChange with(String... statements) {
        return new DataChange(baseline, List.of(statements), invariants);
    }

    DataChange with(Invariant... held) {
        return new DataChange(baseline, operations, List.of(held));
    }

    UntouchedData by(String... statements) throws SQLException, InterruptedException {
        return by(List.of(statements));
    }

    /** Runs each statement on its own and returns what became of the data. */
    UntouchedData by(List<String> statements) throws SQLException, InterruptedException {
        RehearsalPlan plan = RehearsalPlan.named("data", Baseline.ofSql("select 1"))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of("work", operations.toArray(String[]::new))),
                        ApplicationVersion.absent())
                .withPhase(Phase.of("change", Change.eachOnItsOwn(statements.toArray(String[]::new))));
        for (Invariant invariant : invariants) {
            plan = plan.withInvariant(invariant);
        }
        try (Database database = fresh(baseline);
                Inspection inspection = new Inspection(plan, database)) {
            Inspected inspected = inspection.inspect(0);
            if (inspected.failure() != null) {
                throw new AssertionError(inspected.failure());
            }
            return inspected.untouched();
        }
    }

    /** Returns a database on a server without durability. */
    static Database fresh(List<String> baseline) {
        return Holder.SERVER.fresh(Stream.of("data", baseline).toList(), empty -> {
            try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                    Statement statement = connection.createStatement()) {
                for (String sql : baseline) {
                    statement.execute(sql);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
