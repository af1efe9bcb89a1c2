package dev.zdm.crash;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The rows of all tables as one number each, by the server's hash of each row's text; the order of rows and columns does
 * not count. Without the tables of Flyway, Liquibase and zdm itself.
 *
 * @param columns the columns of each table that count
 * @param digests the tables' numbers
 */
record TableDigests(Map<String, Set<String>> columns, Map<String, String> digests) {
    private static final String COLUMNS = """
        select format('%I.%I', n.nspname, c.relname), quote_ident(a.attname)
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where (c.relkind in ('r', 'p') and not c.relispartition or c.relkind = 'm' and c.relispopulated)
          and n.nspname !~ '^(pg_|zdm_|zdm$)' and n.nspname <> 'information_schema'
          and lower(c.relname) not in ('flyway_schema_history', 'databasechangelog', 'databasechangeloglock')
        """;

    /** Reads all tables. */
    static TableDigests read(Connection connection) throws SQLException {
        return read(connection, Map.of());
    }

    /**
     * Reads all tables.
     *
     * @param without the columns of each table that do not count
     */
    static TableDigests read(Connection connection, Map<String, Set<String>> without) throws SQLException {
        Map<String, Set<String>> columns = new TreeMap<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(COLUMNS)) {
                while (row.next()) {
                    Set<String> counted = columns.computeIfAbsent(row.getString(1), table -> new TreeSet<>());
                    if (!without.getOrDefault(row.getString(1), Set.of()).contains(row.getString(2))) {
                        counted.add(row.getString(2));
                    }
                }
            }
            Map<String, String> digests = new TreeMap<>();
            for (Map.Entry<String, Set<String>> table : columns.entrySet()) {
                digests.put(table.getKey(), digest(statement, table.getKey(), String.join(", ", table.getValue())));
            }
            return new TableDigests(columns, digests);
        }
    }

    private static String digest(Statement statement, String table, String columns) throws SQLException {
        try (ResultSet row = statement.executeQuery("select count(*) || ' ' || coalesce(sum(hashtextextended(row("
                + columns + ")::text, 0)::numeric), 0) from " + table)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Returns the tables that both have and whose rows are not the same. */
    List<String> differing(TableDigests other) {
        return digests.entrySet().stream()
                .filter(table -> other.digests.containsKey(table.getKey()))
                .filter(table -> !table.getValue().equals(other.digests.get(table.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Returns the columns of a table that hold other values in two databases. */
    Set<String> differingColumns(String table, Connection one, Connection two) throws SQLException {
        Map<String, String> first = byColumn(table, one);
        Map<String, String> second = byColumn(table, two);
        return first.entrySet().stream()
                .filter(column -> !column.getValue().equals(second.get(column.getKey())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Map<String, String> byColumn(String table, Connection connection) throws SQLException {
        List<String> names = new ArrayList<>(columns.getOrDefault(table, Set.of()));
        Map<String, String> values = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            for (String name : names) {
                values.put(name, digest(statement, table, name));
            }
        }
        return values;
    }
}
