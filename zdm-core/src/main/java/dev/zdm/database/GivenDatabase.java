package dev.zdm.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one empty database that a role was given which may not create any: a rehearsal at a time fills it, and it is emptied
 * afterwards. A comment on the database marks it as long as zdm works there, so that what a killed run has left is told from
 * what is somebody's.
 *
 * <p>Safe for use by several threads.
 */
final class GivenDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(GivenDatabase.class);

    private static final String MARK_TEXT =
            "_ works here and empties this database in the end; a later rehearsal does if it could not";
    private static final Pattern MARK =
            Pattern.compile("zdm_([0-9a-f]{8})" + Pattern.quote(MARK_TEXT) + "(?:; before: (.*))?", Pattern.DOTALL);
    private static final String COMMENT =
            "select shobj_description(oid, 'pg_database') from pg_database" + " where datname = current_database()";
    private static final String OWNER =
            "select pg_has_role(datdba, 'member') from pg_database" + " where datname = current_database()";
    private static final int MOST_NAMED = 5;

    private final AdminSessions sessions;
    private final Lease lease;
    private final String name;
    private final AtomicBoolean taken = new AtomicBoolean();
    private @Nullable String comment;

    /** Takes a database over that was {@linkplain #prepare prepared}; it is marked when it is first filled. */
    GivenDatabase(AdminSessions sessions, Lease lease) {
        this.sessions = sessions;
        this.lease = lease;
        this.name = sessions.home();
    }

    /**
     * Makes sure that the role owns the database and may have it, and empties it if a run that is no more has left it marked.
     *
     * @throws DatabaseException if it may not be used; the message says why
     */
    static void prepare(AdminSessions sessions) throws SQLException {
        try (Connection connection = sessions.open()) {
            requireOwner(sessions, connection);
            Matcher mark = MARK.matcher(AdminSessions.value(connection, COMMENT));
            if (mark.matches()) {
                if (Lease.held(connection).contains(Long.parseLong(mark.group(1), 16))) {
                    throw refused(
                            sessions,
                            "another rehearsal, zdm_" + mark.group(1) + ", works in it",
                            "wait for its end, or name another database");
                }
                new OwnedObjects(connection).drop();
                describe(connection, sessions.home(), mark.group(2) == null ? "" : mark.group(2));
                LOG.info("emptied {}, which an earlier run has left", sessions.home());
            }
            requireEmpty(sessions, connection);
        }
    }

    private static void requireOwner(AdminSessions sessions, Connection connection) throws SQLException {
        String role = "select rolsuper from pg_roles where rolname = current_user";
        if (Boolean.parseBoolean(AdminSessions.value(connection, role))) {
            throw refused(
                    sessions,
                    "role " + sessions.login() + " is a superuser, and the server does not record what superusers make",
                    "set " + ExternalServer.USER + " to another role, or leave zdm.external.inPlace away: a superuser"
                            + " may create databases");
        }
        if (!Boolean.parseBoolean(AdminSessions.value(connection, OWNER))) {
            throw refused(
                    sessions,
                    "role " + sessions.login() + " does not own it",
                    "ALTER DATABASE " + sessions.home() + " OWNER TO " + sessions.login());
        }
    }

    private static void requireEmpty(AdminSessions sessions, Connection connection) throws SQLException {
        List<String> objects = new OwnedObjects(connection).names();
        if (!objects.isEmpty()) {
            String more = objects.size() > MOST_NAMED ? " and " + (objects.size() - MOST_NAMED) + " more" : "";
            throw refused(
                    sessions,
                    "it has " + String.join(", ", objects.subList(0, Math.min(MOST_NAMED, objects.size()))) + more,
                    "name a database in which role " + sessions.login() + " owns nothing");
        }
    }

    private static DatabaseException refused(AdminSessions sessions, String found, String remedy) {
        return new Explanation(
                        "The given database cannot be used",
                        "database " + sessions.home() + " is empty, there for zdm alone, and role " + sessions.login()
                                + " owns it",
                        found,
                        remedy)
                .toException();
    }

    private synchronized void mark() throws SQLException {
        if (comment == null) {
            prepare(sessions); // Another run may have begun.
            try (Connection connection = sessions.open()) {
                String known = AdminSessions.value(connection, COMMENT);
                String before = known.isEmpty() ? "" : "; before: " + known;
                describe(connection, name, lease.name() + MARK_TEXT + before);
                comment = known;
            }
        }
    }

    private static void describe(Connection connection, String name, String comment) throws SQLException {
        String text = comment.isEmpty() ? "NULL" : "'" + comment.replace("'", "''") + "'";
        OwnedObjects.execute(connection, "COMMENT ON DATABASE " + quoted(name) + " IS " + text);
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /**
     * Fills the database.
     *
     * @throws DatabaseException if another rehearsal of this run works in it
     */
    Database fresh(PostgresServer.DatabaseBuilder builder) {
        if (taken.getAndSet(true)) {
            throw new Explanation(
                            "The given database is taken",
                            "one rehearsal at a time in database " + name,
                            "another one of this run works in it",
                            "run them one after the other, or let role " + sessions.login() + " create databases")
                    .toException();
        }
        Database database = new Handle();
        boolean built = false;
        try {
            mark();
            builder.build(database);
            sessions.execute("VACUUM (ANALYZE)");
            built = true;
            return database;
        } catch (SQLException e) {
            throw new DatabaseException("the database " + name + " cannot be finished", e);
        } finally {
            if (!built) {
                release(database);
            }
        }
    }

    /** Leaves alone what was never marked: it is somebody else's. */
    private synchronized void release(Database database) {
        if (comment == null) {
            taken.set(false);
        } else {
            database.close();
        }
    }

    /** Empties the database and takes the mark away. Does not throw. */
    synchronized void close() {
        if (comment != null && empty()) {
            try (Connection connection = sessions.open()) {
                describe(connection, name, comment);
            } catch (SQLException e) {
                LOG.warn("the comment on database {} was not taken away", name, e);
            }
        }
    }

    private boolean empty() {
        try (Connection connection = sessions.open()) {
            endSessions(connection);
            List<String> left = new ArrayList<>(new OwnedObjects(connection).drop());
            if (!left.isEmpty()) {
                LOG.warn("left in database {}: {}", name, left);
            }
            return left.isEmpty();
        } catch (SQLException e) {
            LOG.warn("the database {} was not emptied; the next rehearsal there does it", name, e);
            return false;
        }
    }

    /** Ends what is left of the rehearsal, but for the session that holds the lease. */
    private static void endSessions(Connection connection) throws SQLException {
        OwnedObjects.execute(
                connection,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND usename = current_user AND application_name <> '" + AdminSessions.APPLICATION + "'");
    }

    private final class Handle implements Database {
        private final AtomicBoolean closed = new AtomicBoolean();

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
            throw new DatabaseException("the given database " + name + " cannot be copied");
        }

        @Override
        public Database coldCopy() {
            return copy();
        }

        @Override
        public void close() {
            if (!closed.getAndSet(true)) {
                empty();
                taken.set(false);
            }
        }

        @Override
        public String toString() {
            return jdbcUrl();
        }
    }
}
