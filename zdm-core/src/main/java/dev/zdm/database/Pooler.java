package dev.zdm.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A transaction-pooling proxy before a server: only the application's sessions go through it. It must pass on whatever
 * database it is asked for, to the same server and for the same role.
 *
 * @param url what the user named; its database is never used but to see whether the proxy answers
 * @param sessions zdm's own way to the proxy
 */
record Pooler(ExternalUrl url, AdminSessions sessions) {
    private static final String STARTED = "pg_postmaster_start_time()";

    static Pooler of(ExternalUrl url, AdminSessions direct) {
        return new Pooler(
                url, new AdminSessions(url.host(), url.port(), direct.login(), url.database(), url.options()));
    }

    /**
     * Looks whether the proxy lets sessions through to a database of zdm's own, and to this very server. The backend that
     * the proxy has opened for that is ended: it would be in the way of copies.
     *
     * @throws DatabaseException if it does not; the message says what to do
     */
    void check(Database database, AdminSessions direct) {
        try (Connection through = sessions.open(database.name())) {
            String there = AdminSessions.value(through, STARTED);
            String here = direct.value(STARTED);
            if (!there.equals(here)) {
                throw refused("it passes them on to another server, which was started at " + there, null);
            }
        } catch (SQLException e) {
            throw refused(String.valueOf(e.getMessage()), e);
        }
        try {
            direct.value("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '"
                    + database.name() + "' AND usename = current_user AND datname <> current_database()");
        } catch (SQLException e) {
            throw new DatabaseException("the proxy's session on " + database.name() + " cannot be ended", e);
        }
    }

    private DatabaseException refused(String found, @Nullable SQLException cause) {
        Explanation explanation = new Explanation(
                "The pooling proxy cannot be used",
                "the proxy at " + url.server() + " passes sessions of role " + sessions.login()
                        + " on to the server's database of any name",
                found,
                "let it do so (PgBouncer: a line '* = host=… port=…' under [databases], and this role in auth_file), or set"
                        + " no zdm.pooler.url");
        return cause == null ? explanation.toException() : explanation.toException(cause);
    }

    /** Returns the same database, with the proxy before it. */
    Database before(Database database) {
        return new Pooled(database, this);
    }

    /** A database whose application goes through the proxy. */
    private record Pooled(Database database, Pooler pooler) implements Database {
        @Override
        public String name() {
            return database.name();
        }

        @Override
        public String jdbcUrl() {
            return database.jdbcUrl();
        }

        @Override
        public String applicationUrl() {
            return pooler.sessions().url(database.name());
        }

        @Override
        public boolean isPooled() {
            return true;
        }

        @Override
        public Properties credentials() {
            return database.credentials();
        }

        @Override
        public Database copy() {
            return pooler.before(database.copy());
        }

        @Override
        public Database coldCopy() {
            return pooler.before(database.coldCopy());
        }

        @Override
        public void close() {
            database.close();
        }
    }
}
