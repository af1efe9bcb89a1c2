package dev.zdm.change;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says in words what sessions wait for, and who holds it: application name, state, age of the transaction and, where the
 * asking user may see it, the query.
 *
 * <p>Every look is one short query or two in autocommit mode: an open snapshot would hold up {@code CREATE INDEX
 * CONCURRENTLY}. For use by one thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-info.html">pg_blocking_pids</a>
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-locks.html">pg_locks</a>
 */
public final class LockReport {
    private static final int MOST_HOLDERS = 4;
    private static final int MOST_WAITERS = 20;
    private static final int QUERY_LENGTH = 100;

    private static final String SESSIONS = """
            select a.pid, a.application_name, coalesce(a.state, a.backend_type),
                   extract(epoch from clock_timestamp() - coalesce(a.state_change, a.xact_start))::float8,
                   coalesce(a.wait_event_type || ': ' || a.wait_event, ''), l.mode,
                   coalesce(l.relation::regclass::text, l.locktype), pg_blocking_pids(a.pid), l.pid is not null
            from pg_stat_activity a
            left join lateral (select * from pg_locks l where l.pid = a.pid and not l.granted limit 1) l on true
            """;
    private static final String OF_SOME = SESSIONS + "where a.pid = any(?) order by l.pid is null, a.pid";
    private static final String OF_ALL =
            SESSIONS + "where a.datname = current_database() and l.pid is not null order by a.state_change limit "
                    + MOST_WAITERS;
    private static final String HOLDERS = """
            select pid, coalesce(application_name, ''), coalesce(usename, ''), coalesce(state, backend_type, ''),
                   extract(epoch from clock_timestamp() - xact_start)::float8,
                   case when query = '<insufficient privilege>' then '' else coalesce(query, '') end
            from pg_stat_activity where pid = any(?)
            """;

    private final Connection connection;

    /**
     * Makes a report over a session of the same database.
     *
     * @param connection in autocommit mode; stays open
     */
    public LockReport(Connection connection) {
        this.connection = connection;
    }

    /**
     * One session.
     *
     * @param awaited the lock that it waits for, in words; null: it waits for none
     * @param activity what it does otherwise
     */
    private record Session(
            int pid, String application, @Nullable String awaited, String activity, List<Integer> blockers) {}

    /** Returns what these sessions do or wait for, in words that follow {@code it was}. */
    public String of(Collection<Integer> pids) throws SQLException {
        List<Session> sessions = sessions(OF_SOME, pids);
        if (sessions.isEmpty()) {
            return "doing something without a session of the database";
        }
        Map<Integer, String> holders = holdersOf(sessions);
        return sessions.stream().map(session -> doing(session, holders)).collect(Collectors.joining("; and "));
    }

    /** Returns every session of the database that waits for a lock, a line each; empty if none does. */
    public String ofAllWaiting() throws SQLException {
        List<Session> sessions = sessions(OF_ALL, null);
        Map<Integer, String> holders = holdersOf(sessions);
        return sessions.stream()
                .map(session ->
                        quoted(session.application()) + " (pid " + session.pid() + ") is " + doing(session, holders))
                .collect(Collectors.joining("\n"));
    }

    /** Returns who stands in the way of a session that waits for a lock now, a line each; empty if it waits for none. */
    List<String> holders(int pid) throws SQLException {
        List<Session> sessions = sessions(OF_SOME, List.of(pid));
        Map<Integer, String> holders = holdersOf(sessions);
        return sessions.stream()
                .flatMap(session -> session.blockers().stream())
                .limit(MOST_HOLDERS)
                .map(blocker -> holder(blocker, holders))
                .toList();
    }

    private static String doing(Session session, Map<Integer, String> holders) {
        if (session.awaited() == null) {
            return session.activity();
        }
        int others = session.blockers().size() - MOST_HOLDERS;
        String held = session.blockers().stream()
                .limit(MOST_HOLDERS)
                .map(pid -> holder(pid, holders))
                .collect(Collectors.joining(", "));
        return session.awaited()
                + (held.isEmpty() ? "" : ", behind " + held)
                + (others > 0 ? " and " + others + " more" : "");
    }

    private static String holder(int pid, Map<Integer, String> holders) {
        return pid == 0
                ? "a prepared transaction"
                : holders.getOrDefault(pid, "a session that has ended (pid " + pid + ")");
    }

    private List<Session> sessions(String query, @Nullable Collection<Integer> pids) throws SQLException {
        List<Session> sessions = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            if (pids != null) {
                statement.setArray(1, array(pids));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    sessions.add(session(rows));
                }
            }
        }
        return sessions;
    }

    private static Session session(ResultSet rows) throws SQLException {
        String since = seconds(rows.getDouble(4));
        String event = rows.getString(5);
        String wait = "waiting for " + rows.getString(6) + " on " + rows.getString(7) + " for " + since;
        List<Integer> blockers = new ArrayList<>();
        for (Object pid : (Object[]) rows.getArray(8).getArray()) {
            blockers.add((Integer) pid);
        }
        return new Session(
                rows.getInt(1),
                rows.getString(2),
                rows.getBoolean(9) ? wait : null,
                rows.getString(3) + " for " + since + (event.isEmpty() ? "" : " (" + event + ")")
                        + ", waiting for no lock",
                blockers.stream().distinct().toList());
    }

    private Map<Integer, String> holdersOf(List<Session> sessions) throws SQLException {
        List<Integer> pids = sessions.stream()
                .flatMap(session -> session.blockers().stream())
                .distinct()
                .toList();
        Map<Integer, String> holders = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(HOLDERS)) {
            statement.setArray(1, array(pids));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    holders.put(rows.getInt(1), holder(rows));
                }
            }
        }
        return holders;
    }

    private static String holder(ResultSet rows) throws SQLException {
        double age = rows.getDouble(5);
        boolean open = !rows.wasNull();
        String query = rows.getString(6).strip().replaceAll("\\s+", " ");
        List<String> words = new ArrayList<>(List.of("pid " + rows.getInt(1)));
        if (!rows.getString(3).isEmpty()) {
            words.add("user " + rows.getString(3));
        }
        if (!rows.getString(4).isEmpty()) {
            words.add(rows.getString(4));
        }
        if (open) {
            words.add("its transaction open for " + seconds(age));
        }
        String shown = query.length() <= QUERY_LENGTH ? query : query.substring(0, QUERY_LENGTH - 2) + " …";
        return quoted(rows.getString(2)) + " (" + String.join(", ", words) + (shown.isEmpty() ? "" : ": " + shown)
                + ")";
    }

    private Array array(Collection<Integer> pids) throws SQLException {
        return connection.createArrayOf("int4", pids.toArray());
    }

    private static String quoted(String application) {
        return application.isEmpty() ? "a session without a name" : "'" + application + "'";
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
