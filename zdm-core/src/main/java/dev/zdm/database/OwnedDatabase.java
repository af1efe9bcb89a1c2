package dev.zdm.database;

import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A database that zdm created and drops. */
final class OwnedDatabase implements Database {
    private static final Logger LOG = LoggerFactory.getLogger(OwnedDatabase.class);

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final String name;
    private final AdminSessions sessions;
    private final Copier copier;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Copies databases. */
    interface Copier {
        /**
         * Copies the database of this name and returns the name of the copy.
         *
         * @param cold whether no page of the copy may be in the server's memory
         */
        String copy(String original, boolean cold);
    }

    /**
     * Takes a database over.
     *
     * @param copier makes copies
     */
    OwnedDatabase(String name, AdminSessions sessions, Copier copier) {
        this.name = name;
        this.sessions = sessions;
        this.copier = copier;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String jdbcUrl() {
        return sessions.url(name);
    }

    @Override
    public Properties credentials() {
        return sessions.credentials();
    }

    @Override
    public Database copy() {
        return copy(false);
    }

    @Override
    public Database coldCopy() {
        return copy(true);
    }

    private Database copy(boolean cold) {
        return new OwnedDatabase(copier.copy(name, cold), sessions, copier);
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            drop(name, sessions);
        } catch (SQLException e) {
            // Mostly a server that was closed before its databases.
            LOG.debug("the database {} was not dropped", name, e);
        }
    }

    /**
     * Drops a database and ends its sessions. By force only superusers can drop one that is being vacuumed by the server
     * at this moment; without it the server waits some seconds, and ends that by itself.
     */
    static void drop(String name, AdminSessions sessions) throws SQLException {
        String drop = "DROP DATABASE IF EXISTS " + name;
        try {
            sessions.execute(drop + " WITH (FORCE)");
        } catch (SQLException e) {
            if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                throw e;
            }
            sessions.execute(drop);
        }
    }

    @Override
    public String toString() {
        return jdbcUrl();
    }
}
