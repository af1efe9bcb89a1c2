package dev.zdm.database;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sign that this run is alive, on a server that others use too: a session that holds an advisory lock, whose number is
 * part of the names of the run's databases. The server releases it when the run ends, whichever way.
 *
 * <p>What a run leaves behind, a later one drops: databases of the same role with such a name, with the connection limit
 * that only zdm gives and with no other comment than zdm's, whose number nobody holds. The limit is there from the moment
 * in which the database is created.
 *
 * <p>Safe for use by several threads.
 *
 * @see <a href="https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS">Advisory Locks</a>
 */
final class Lease implements AutoCloseable {
    static final String COMMENT = "made by zdm for a rehearsal, which drops it; a later one does if it could not";

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
    private static final int LOCKS_OF_ZDM = 0x7a646d;
    static final int CONNECTION_LIMIT = 30_317;
    private static final Pattern NAME = Pattern.compile("zdm_([0-9a-f]{8})_(template_)?[0-9]+");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** An interrupted DROP DATABASE leaves -2 for the limit. */
    private static final String OURS =
            "select datname from pg_database where datname like 'zdm\\_%' and datconnlimit in ("
                    + CONNECTION_LIMIT + ", -2) and datdba = (select oid from pg_roles where rolname = current_user)"
                    + " and coalesce(shobj_description(oid, 'pg_database'), '') in ('', '" + COMMENT + "')";

    private static final String HELD = "select objid::bigint from pg_locks where locktype = 'advisory' and granted"
            + " and classid = " + LOCKS_OF_ZDM + " and objsubid = 2";

    private final AdminSessions sessions;
    private final int number;
    private Connection holder;

    private Lease(AdminSessions sessions, int number, Connection holder) {
        this.sessions = sessions;
        this.number = number;
        this.holder = holder;
    }

    /** Takes a number that nobody has. */
    static Lease take(AdminSessions sessions) throws SQLException {
        Connection holder = sessions.openToStay();
        try {
            int number = RANDOM.nextInt(Integer.MAX_VALUE);
            while (!lock(number, holder)) {
                number = RANDOM.nextInt(Integer.MAX_VALUE);
            }
            return new Lease(sessions, number, holder);
        } catch (SQLException | RuntimeException e) {
            holder.close();
            throw e;
        }
    }

    private static boolean lock(int number, Connection holder) throws SQLException {
        try (Statement statement = holder.createStatement();
                ResultSet row =
                        statement.executeQuery("select pg_try_advisory_lock(" + LOCKS_OF_ZDM + ", " + number + ")")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** Returns how this run marks its databases. */
    Marks marks() {
        return new Marks(prefix(), " CONNECTION LIMIT " + CONNECTION_LIMIT, COMMENT, false);
    }

    private String prefix() {
        return name() + "_";
    }

    /** Returns the number as a name. */
    String name() {
        return String.format("zdm_%08x", number);
    }

    /**
     * Takes the number again if the session that held it was lost.
     *
     * @throws DatabaseException if another run has it by now, or the server is gone
     */
    synchronized void renew() {
        try {
            if (holder.isValid(10)) {
                return;
            }
            holder.close();
            holder = sessions.openToStay();
            if (!lock(number, holder)) {
                throw new DatabaseException("the session that holds " + prefix() + " was lost, and another one has it");
            }
        } catch (SQLException e) {
            throw new DatabaseException("the server is gone, or ends zdm's sessions", e);
        }
    }

    /** Drops the databases of runs that are no more, and returns their names. */
    List<String> sweep() throws SQLException {
        // In this order: whoever creates a database holds its number already.
        List<String> databases = databases();
        Set<Long> held = held(holder);
        List<String> dropped = new ArrayList<>();
        for (String database : databases) {
            Matcher name = NAME.matcher(database);
            if (name.matches() && !held.contains(Long.parseLong(name.group(1), 16))) {
                OwnedDatabase.drop(database, sessions);
                dropped.add(database);
            }
        }
        return dropped;
    }

    private List<String> databases() throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = holder.createStatement();
                ResultSet rows = statement.executeQuery(OURS)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /** Returns the numbers of the runs that are alive. */
    static Set<Long> held(Connection connection) throws SQLException {
        Set<Long> numbers = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(HELD)) {
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
        }
        return numbers;
    }

    /** Drops this run's databases and gives the number back. Does not throw. */
    @Override
    public synchronized void close() {
        try (Connection last = holder) {
            renew();
            for (String database : databases()) {
                if (database.startsWith(prefix())) {
                    OwnedDatabase.drop(database, sessions);
                }
            }
        } catch (SQLException | DatabaseException e) {
            LOG.warn(
                    "databases {}… may be left on {}; the next rehearsal there drops them",
                    prefix(),
                    sessions.host(),
                    e);
        }
    }
}
