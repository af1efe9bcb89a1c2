package dev.zdm.change;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * How far Flyway and Liquibase had got, by their own tables: what was undone since has to be forgotten there, or they
 * would not do it again.
 *
 * @param last the highest number in each table, by the table's name as SQL spells it
 */
public record MigrationBooks(Map<String, Long> last) {
    private static final String TABLES = """
            select format('%I.%I', n.nspname, c.relname), a.attname
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid and a.attname in ('installed_rank', 'orderexecuted')
            where c.relkind = 'r' and lower(c.relname) in ('flyway_schema_history', 'databasechangelog')
            """;

    public MigrationBooks {
        last = Map.copyOf(last);
    }

    /** Reads how far they have got. */
    public static MigrationBooks read(Connection connection) throws SQLException {
        Map<String, Long> last = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> table : tables(statement).entrySet()) {
                try (ResultSet row = statement.executeQuery(
                        "select coalesce(max(" + table.getValue() + "), 0) from " + table.getKey())) {
                    row.next();
                    last.put(table.getKey(), row.getLong(1));
                }
            }
        }
        return new MigrationBooks(last);
    }

    private static Map<String, String> tables(Statement statement) throws SQLException {
        Map<String, String> tables = new HashMap<>();
        try (ResultSet row = statement.executeQuery(TABLES)) {
            while (row.next()) {
                tables.put(row.getString(1), row.getString(2));
            }
        }
        return tables;
    }

    /** Lets them forget what they have done since. */
    public void forgetLater(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> table : tables(statement).entrySet()) {
                statement.executeUpdate("delete from " + table.getKey() + " where " + table.getValue() + " > "
                        + last.getOrDefault(table.getKey(), 0L));
            }
        }
    }
}
