package dev.zdm.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sessions on a standby and on its primary.
 *
 * @param settings the settings in force on the standby that decide what becomes of readers
 */
record StandbySessions(AdminSessions primary, AdminSessions standby, Map<String, String> settings) {
    private static final String SETTINGS = "SELECT name, setting || coalesce(unit, '') FROM pg_settings WHERE name IN"
            + " ('fsync', 'hot_standby_feedback', 'max_standby_streaming_delay', 'recovery_min_apply_delay')";

    StandbySessions {
        settings = Map.copyOf(settings);
    }

    static StandbySessions of(AdminSessions primary, AdminSessions standby) throws SQLException {
        return new StandbySessions(primary, standby, standby.pairs(SETTINGS));
    }

    /** Waits as {@link Standby#awaitReplay} says. */
    boolean awaitReplay(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            String target = primary.value("SELECT pg_current_wal_flush_lsn()");
            String replayed = "SELECT pg_last_wal_replay_lsn() >= '" + target + "'";
            while (!Boolean.parseBoolean(standby.value(replayed))) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            return true;
        } catch (SQLException e) {
            throw new DatabaseException("the replica's progress cannot be read: " + e.getMessage(), e);
        }
    }
}
