package dev.zdm.plan;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Holds up a backfill where going on would hurt somebody; for users to implement. */
@FunctionalInterface
public interface Throttle {
    /**
     * Returns how long the next batch should wait; it is asked again when that time is over.
     *
     * @param connection the backfill's own session, between two transactions, in autocommit; it stays open
     * @return zero: go on
     * @throws SQLException ends the backfill, which can go on from its position later
     */
    Duration holdUp(Connection connection) throws SQLException;

    /**
     * Returns a throttle that lets standbys catch up: no batch begins while one of them has applied less than what was
     * written this long ago.
     *
     * <p>A standby that is not connected holds nothing up. The user of the backfill must be a member of {@code pg_monitor}.
     *
     * @throws PlanException if the time is not positive
     * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW">
     *     pg_stat_replication</a>
     */
    static Throttle replicationLag(Duration longest) {
        return new ReplicationLag(longest);
    }
}
