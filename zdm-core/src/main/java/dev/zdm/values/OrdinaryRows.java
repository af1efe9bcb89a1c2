package dev.zdm.values;

import dev.zdm.postgres.Relation;
import dev.zdm.values.SeedTable.Reference;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows that a table should take: new keys, references to rows that are there, everything else as existing rows have it.
 */
final class OrdinaryRows {
    private static final int EXAMPLES = 20;

    private final SeedTable table;
    private final Connection connection;
    private final List<Map<String, @Nullable String>> examples;
    private final Map<String, Long> highest = new LinkedHashMap<>();

    OrdinaryRows(SeedTable table, Connection connection, long highestKey) throws SQLException {
        this.table = table;
        this.connection = connection;
        this.examples = read(table.name(), names(table.columns()), "limit " + EXAMPLES);
        for (Column column : table.columns()) {
            if (column.isInteger() && (column.unique() || column.sequence() != null)) {
                highest.put(column.name(), Math.max(highestKey, max(column)));
            }
        }
    }

    private static List<String> names(List<Column> columns) {
        return columns.stream().map(Column::name).toList();
    }

    private long max(Column column) throws SQLException {
        String query = "select coalesce(max(" + RowWriter.sql(column.name()) + "), 0) from "
                + table.name().qualified();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Returns a row by its number, from 0; a column that is missing gets its default. */
    Map<String, @Nullable String> row(int number) throws SQLException {
        Map<String, @Nullable String> row = new LinkedHashMap<>();
        for (Column column : table.columns()) {
            if (highest.containsKey(column.name())) {
                row.put(column.name(), String.valueOf(highest.get(column.name()) + 1 + number));
            } else if (column.unique() && column.isText()) {
                row.put(column.name(), uniqueText(column, number));
            } else if (column.unique() && column.type().equals("uuid")) {
                row.put(column.name(), "00000000-0000-4000-8000-%012x".formatted(number + 1));
            } else if (!examples.isEmpty()) {
                row.put(column.name(), examples.get(number % examples.size()).get(column.name()));
            } else if (!column.nullable()) {
                putPlain(column, number, row);
            }
        }
        for (Reference reference : table.references()) {
            refer(reference, number, row);
        }
        return row;
    }

    /** Returns a text of the form that the column has: it is often checked. */
    private String uniqueText(Column column, int number) {
        String example = examples.isEmpty()
                ? null
                : examples.get(number % examples.size()).get(column.name());
        String alike = "z" + number + (example == null ? "dm" : example);
        String plain = AdversarialValues.fit(column, "zdm " + number, 0);
        return AdversarialValues.fit(column, alike, 0).equals(alike) ? alike : plain;
    }

    private static void putPlain(Column column, int number, Map<String, @Nullable String> row) {
        String plain = switch (column.type()) {
            case "int2", "int4", "int8", "numeric", "float4", "float8", "money" -> "1";
            case "date", "timestamp", "timestamptz" -> "2024-01-01";
            case "interval" -> "1 day";
            default ->
                column.isText()
                        ? AdversarialValues.fit(column, "zdm " + number, 0)
                        : AdversarialValues.notNull(column).stream().findFirst().orElse(null);
        };
        if (plain != null) {
            row.put(column.name(), plain);
        }
    }

    /** Refers to another row each time, the latest first, so that a key may refer as well. */
    private void refer(Reference reference, int number, Map<String, @Nullable String> row) throws SQLException {
        String latest = reference.targetColumns().stream()
                .map(name -> RowWriter.sql(name) + " desc")
                .collect(Collectors.joining(", ", "order by ", ""));
        List<Map<String, @Nullable String>> targets =
                read(reference.target(), reference.targetColumns(), latest + " limit 1 offset " + number);
        for (int i = 0; i < reference.columns().size(); i++) {
            String target = targets.isEmpty()
                    ? null
                    : targets.get(0).get(reference.targetColumns().get(i));
            row.put(reference.columns().get(i), target);
        }
    }

    private List<Map<String, @Nullable String>> read(Relation from, List<String> columns, String which)
            throws SQLException {
        String texts =
                columns.stream().map(name -> RowWriter.sql(name) + "::text").collect(Collectors.joining(", "));
        List<Map<String, @Nullable String>> found = new ArrayList<>();
        String query = "select " + texts + " from " + from.qualified() + " " + which;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                Map<String, @Nullable String> row = new LinkedHashMap<>();
                for (int i = 0; i < columns.size(); i++) {
                    row.put(columns.get(i), rows.getString(i + 1));
                }
                found.add(row);
            }
        }
        return found;
    }
}
