package dev.zdm.plan;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Holds up a backfill while a standby lags.
 *
 * @param longest the longest lag that is allowed, more than zero
 */
record ReplicationLag(Duration longest) implements Throttle {
    private static final String LAG = """
            select count(*) filter (where state is null),
                   coalesce(max(extract(epoch from replay_lag)) filter (where sent_lsn is distinct from replay_lsn), 0) * 1000
            from pg_stat_replication where state is null or state in ('streaming', 'catchup')
            """;
    private static final long STEPS = 4;
    private static final long SHORTEST_MILLIS = 10;

    ReplicationLag {
        if (longest.isNegative() || longest.isZero()) {
            throw new PlanException("the longest replication lag must be more than zero, found " + longest);
        }
    }

    @Override
    public Duration holdUp(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(LAG)) {
            row.next();
            if (row.getLong(1) > 0) {
                throw new SQLException(
                        "the replication lag cannot be seen: grant pg_monitor to the user of the backfill", "42501");
            }
            boolean late = row.getDouble(2) > longest.toMillis();
            return late ? Duration.ofMillis(Math.max(SHORTEST_MILLIS, longest.toMillis() / STEPS)) : Duration.ZERO;
        }
    }
}
