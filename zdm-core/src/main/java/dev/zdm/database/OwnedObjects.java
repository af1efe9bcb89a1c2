package dev.zdm.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the session's role owns in its database, as the server records it for every role but the first superuser.
 *
 * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-shdepend.html">pg_shdepend</a>
 */
record OwnedObjects(Connection connection) {
    private static final Logger LOG = LoggerFactory.getLogger(OwnedObjects.class);

    /** Extensions and schemas first: they take what is in them along. */
    private static final String OBJECTS = """
            select i.type, i.identity
            from pg_shdepend d, lateral pg_identify_object(d.classid, d.objid, d.objsubid) i
            where d.dbid = (select oid from pg_database where datname = current_database())
              and d.refclassid = 'pg_authid'::regclass and d.deptype = 'o'
              and d.refobjid = (select oid from pg_roles where rolname = current_user)
              and i.identity is not null
            order by i.type <> 'extension', i.type <> 'schema', i.type, i.identity
            """;

    private record Owned(String type, String identity) {
        String drop() {
            return switch (type) {
                case "large object" -> "SELECT lo_unlink(" + identity + ")";
                case "statistics object" -> drop("STATISTICS");
                case "foreign-data wrapper" -> drop("FOREIGN DATA WRAPPER");
                default -> drop(type.toUpperCase(Locale.ROOT));
            };
        }

        private String drop(String kind) {
            return "DROP " + kind + " IF EXISTS " + identity + " CASCADE";
        }

        @Override
        public String toString() {
            return type + " " + identity;
        }
    }

    /** Returns what there is, in words. */
    List<String> names() throws SQLException {
        return objects().stream().map(Owned::toString).toList();
    }

    private List<Owned> objects() throws SQLException {
        List<Owned> objects = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(OBJECTS)) {
            while (rows.next()) {
                objects.add(new Owned(rows.getString(1), rows.getString(2)));
            }
        }
        return objects;
    }

    /**
     * Drops all of it, with what depends on it.
     *
     * @return what could not be dropped, in words
     */
    List<String> drop() throws SQLException {
        execute(connection, "SET lock_timeout = '30s'");
        List<Owned> left = objects();
        int before = Integer.MAX_VALUE;
        while (!left.isEmpty() && left.size() < before) {
            before = left.size();
            for (Owned object : left) {
                attempt(object);
            }
            left = objects();
        }
        return left.stream().map(Owned::toString).toList();
    }

    /** What goes with another object only, as an extension's do, is gone or left at the end. */
    private void attempt(Owned object) {
        try {
            execute(connection, object.drop());
        } catch (SQLException e) {
            LOG.debug("{} was not dropped", object, e);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
