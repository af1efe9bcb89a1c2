package dev.zdm.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a primary keep the write-ahead log that a standby has not had yet.
 *
 * @param name of lower-case letters, digits and underscores; the standby names itself so too
 */
record ReplicationSlot(AdminSessions primary, String name) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicationSlot.class);
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    static ReplicationSlot create(AdminSessions primary, String name) throws SQLException {
        primary.execute("SELECT pg_create_physical_replication_slot('" + name + "', true)");
        return new ReplicationSlot(primary, name);
    }

    /** Returns whether the standby follows the primary now. */
    boolean isStreaming() throws SQLException {
        return Boolean.parseBoolean(
                primary.value("SELECT exists(SELECT FROM pg_stat_replication WHERE application_name = '" + name
                        + "' AND state = 'streaming')"));
    }

    /** Drops the slot once its standby is gone: a slot that stays keeps the log for ever. Does not throw. */
    @Override
    public void close() {
        long deadline = System.nanoTime() + END_LIMIT.toNanos();
        try {
            while (!drop() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        } catch (SQLException e) {
            // Mostly a primary that was stopped before its standby.
            LOG.debug("the replication slot {} was not dropped", name, e);
        }
    }

    private boolean drop() throws SQLException {
        String slot = " FROM pg_replication_slots WHERE slot_name = '" + name + "' AND ";
        primary.execute(
                "SELECT pg_terminate_backend(active_pid)" + slot + "active",
                "SELECT pg_drop_replication_slot(slot_name)" + slot + "NOT active");
        return "0".equals(primary.value("SELECT count(*)" + slot + "true"));
    }
}
