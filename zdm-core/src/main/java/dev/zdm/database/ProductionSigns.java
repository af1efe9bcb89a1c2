package dev.zdm.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Refuses a server that looks like production: a replica, others at work, tables that zdm did not create. Only what
 * every role may see is asked for: {@code pg_stat_activity} shows database, role and application name of all sessions.
 *
 * @param url what the user named
 * @param allowed the databases whose tables and clients the user has allowed
 */
record ProductionSigns(ExternalUrl url, Set<String> allowed) {
    private static final int MOST_NAMED = 5;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final String CLIENTS = """
            select d.datname, coalesce(r.rolname, '?'), coalesce(a.application_name, ''), count(*)
            from pg_stat_activity a
            join pg_database d on d.oid = a.datid
            left join pg_roles r on r.oid = a.usesysid
            where a.pid <> pg_backend_pid() and a.usesysid is not null
              and coalesce(a.backend_type, 'client backend') in ('client backend', 'walsender')
              and not (a.usename = current_user and a.application_name like 'zdm%%')
              and not (d.datname ~ '^zdm_[0-9a-f]{8}_' and d.datconnlimit = %d)
            group by 1, 2, 3 order by 1, 2, 3
            """;

    private static final String TABLES = """
            select n.nspname || '.' || c.relname
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'f', 'm') and c.relpersistence <> 't'
              and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
              and not exists (select from pg_depend e
                  where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
            order by 1
            """;

    /**
     * Looks for signs.
     *
     * @throws DatabaseException if there are any; the message has all of them, and what to do
     */
    void refuse(Connection connection) throws SQLException {
        List<String> signs = new ArrayList<>();
        if (isReplica(connection)) {
            signs.add("it is a replica");
        }
        signs.addAll(lastingClients(connection));
        signs.addAll(tables(connection));
        if (!signs.isEmpty()) {
            throw new Explanation(
                            "The external PostgreSQL looks like production",
                            "a server at " + url.server() + " that nobody else uses, and no table in its database "
                                    + url.database(),
                            String.join("\n", signs),
                            "name another server; or, if this one is for tests, name exactly the databases that may be in"
                                    + " use with zdm.external.allow (" + url.database() + ", for example); a replica is"
                                    + " never allowed")
                    .toException();
        }
    }

    private static boolean isReplica(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_is_in_recovery()")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** Looks again for a while: a session that was closed a moment ago may still be seen. */
    private List<String> lastingClients(Connection connection) throws SQLException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        List<String> clients = clients(connection);
        while (!clients.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PATIENCE_NANOS / 40);
            clients = clients(connection);
        }
        return clients;
    }

    private List<String> clients(Connection connection) throws SQLException {
        List<String> clients = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(CLIENTS.formatted(Lease.CONNECTION_LIMIT))) {
            while (rows.next()) {
                if (!allowed.contains(rows.getString(1))) {
                    clients.add((rows.getLong(4) == 1 ? "a session" : rows.getLong(4) + " sessions") + " of role "
                            + rows.getString(2) + " on database " + rows.getString(1) + application(rows.getString(3)));
                }
            }
        }
        return clients;
    }

    private static String application(String name) {
        return name.isBlank() ? "" : " (" + name.strip() + ")";
    }

    private List<String> tables(Connection connection) throws SQLException {
        if (allowed.contains(url.database())) {
            return List.of();
        }
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(TABLES)) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        if (tables.isEmpty()) {
            return List.of();
        }
        String more = tables.size() > MOST_NAMED ? " and " + (tables.size() - MOST_NAMED) + " more" : "";
        return List.of("database " + url.database() + " has tables that zdm did not create: "
                + String.join(", ", tables.subList(0, Math.min(MOST_NAMED, tables.size()))) + more);
    }
}
