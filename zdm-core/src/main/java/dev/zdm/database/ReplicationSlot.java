package dev.zdm.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
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

    /**
     * Creates the slot.
     *
     * @param server what the primary is, as messages call it
     * @throws DatabaseException if the primary takes no standby
     */
    static ReplicationSlot create(AdminSessions primary, String server, String name) throws SQLException {
        requireRoom(primary, server);
        primary.execute("SELECT pg_create_physical_replication_slot('" + name + "', true)");
        return new ReplicationSlot(primary, name);
    }

    /** A primary that takes no standby makes it wait for its log until the time to start is over. */
    private static void requireRoom(AdminSessions primary, String server) throws SQLException {
        Map<String, String> found = primary.pairs("""
                SELECT 'wal_level=' || current_setting('wal_level'), '' WHERE current_setting('wal_level') = 'minimal'
                UNION ALL SELECT 'max_wal_senders=' || current_setting('max_wal_senders'), ''
                WHERE (SELECT count(*) FROM pg_stat_replication) >= current_setting('max_wal_senders')::int
                UNION ALL SELECT 'max_replication_slots=' || current_setting('max_replication_slots'), ''
                WHERE (SELECT count(*) FROM pg_replication_slots) >= current_setting('max_replication_slots')::int
                UNION ALL SELECT 'tablespace ' || spcname || ' in ' || pg_tablespace_location(oid), ''
                FROM pg_tablespace WHERE pg_tablespace_location(oid) LIKE '/%'""");
        if (!found.isEmpty()) {
            throw new Explanation(
                            server + " cannot have a replica",
                            "a primary with wal_level=replica, a free WAL sender, a free replication slot, and no"
                                    + " tablespace outside of its directory",
                            String.join(", ", found.keySet()),
                            "give the server other settings, or rehearse without a replica")
                    .toException();
        }
    }

    /**
     * Waits until the standby follows the primary.
     *
     * @param server what the primary is, as messages call it
     * @param settings the standby's
     * @throws DatabaseException if it does not within the time that it has to start
     */
    void awaitStreaming(String server, EmbeddedSettings settings) throws SQLException {
        long deadline = System.nanoTime() + settings.startLimit().toNanos();
        while (!isStreaming()) {
            if (System.nanoTime() > deadline) {
                throw new Explanation(
                                "The replica of " + server.replaceFirst("^The", "the") + " does not follow it",
                                "it streams within " + settings.startLimit().toSeconds() + " s",
                                "pg_stat_replication does not show it",
                                "check the server settings given: " + settings.serverSettings())
                        .toException();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** Returns whether the standby follows the primary now. */
    private boolean isStreaming() throws SQLException {
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
