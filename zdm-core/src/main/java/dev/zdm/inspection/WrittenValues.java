package dev.zdm.inspection;

import dev.zdm.inspection.DataCatalog.Column;
import dev.zdm.inspection.DataCatalog.Table;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one table that were written since a transaction, as texts, and what they were before.
 *
 * @param table the table, as it is with them
 * @param key the columns that tell its rows apart; empty: it has none
 * @param rows the rows by their key, each with a value for each column
 * @param before the same rows as they were; one that was not there is missing
 * @param defaults what a new row gets in a column that is not named, where that is a constant
 */
record WrittenValues(
        Table table,
        List<Column> key,
        Map<String, List<@Nullable String>> rows,
        Map<String, List<@Nullable String>> before,
        Map<String, @Nullable String> defaults) {

    /**
     * Reads the rows that were written.
     *
     * @param since the number of a transaction from before
     * @param now a session of the database where they were written
     * @param was a session of the database as it was before that
     */
    static WrittenValues read(Table table, List<Column> key, long since, Connection now, Connection was)
            throws SQLException {
        Map<String, List<@Nullable String>> rows = new LinkedHashMap<>();
        String select = "select " + keyText(key, table) + columns(table) + " from " + table.source();
        try (Statement statement = now.createStatement();
                ResultSet row = statement.executeQuery(select + " where xmin::text::bigint >= " + since)) {
            collect(row, table.columns().size(), rows);
        }
        if (rows.isEmpty()) {
            return new WrittenValues(table, key, rows, Map.of(), Map.of());
        }
        Map<String, List<@Nullable String>> before = new LinkedHashMap<>();
        find(
                select + " where " + keyText(key, table) + " = any(?)",
                rows.keySet(),
                table.columns().size(),
                was,
                before);
        return new WrittenValues(table, key, rows, before, defaults(table, now));
    }

    private static void find(
            String query, Set<String> keys, int columns, Connection session, Map<String, List<@Nullable String>> into)
            throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(query)) {
            statement.setArray(1, array(keys, session));
            try (ResultSet row = statement.executeQuery()) {
                collect(row, columns, into);
            }
        }
    }

    private static Array array(Set<String> keys, Connection session) throws SQLException {
        return session.createArrayOf("text", keys.toArray());
    }

    private static void collect(ResultSet row, int columns, Map<String, List<@Nullable String>> into)
            throws SQLException {
        while (row.next()) {
            List<@Nullable String> values = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                values.add(row.getString(i + 2));
            }
            into.put(row.getString(1), values);
        }
    }

    /** The key as a comparison of rows spells it. */
    private static String keyText(List<Column> key, Table table) {
        if (key.size() == 1) {
            return "coalesce((" + quoted(key.get(0)) + ")::text, '')";
        }
        List<Column> all = key.isEmpty() ? table.columns() : key;
        return all.stream().map(WrittenValues::quoted).collect(Collectors.joining(", ", "row(", ")::text"));
    }

    private static String columns(Table table) {
        return table.columns().stream()
                .map(column -> ", (" + quoted(column) + ")::text")
                .collect(Collectors.joining());
    }

    private static String quoted(Column column) {
        return "\"" + column.name().replace("\"", "\"\"") + "\"";
    }

    /** Evaluates the defaults that call no function; what others give differs from row to row. */
    private static Map<String, @Nullable String> defaults(Table table, Connection session) throws SQLException {
        Map<String, String> expressions = new LinkedHashMap<>();
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery("select a.attname, format('(%s)::%s', pg_get_expr(d.adbin,"
                        + " d.adrelid), format_type(a.atttypid, a.atttypmod)) from pg_attrdef d join pg_attribute a"
                        + " on a.attrelid = d.adrelid and a.attnum = d.adnum where a.attgenerated = '' and d.adrelid = "
                        + table.oid() + " and d.adbin::text !~ '\\{FUNCEXPR'")) {
            while (row.next()) {
                expressions.put(row.getString(1), row.getString(2));
            }
        }
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        for (Map.Entry<String, String> column : expressions.entrySet()) {
            try (Statement statement = session.createStatement();
                    ResultSet row = statement.executeQuery("select (" + column.getValue() + ")::text")) {
                row.next();
                values.put(column.getKey(), row.getString(1));
            }
        }
        return values;
    }

    /** Returns what finds the rows, with one parameter. */
    String where() {
        return " where " + keyText(key, table) + " = any(?)";
    }

    /** Returns the keys of the rows as a parameter. */
    Array keys(Connection session) throws SQLException {
        return array(keys(), session);
    }

    /** Returns the keys of the rows. */
    Set<String> keys() {
        return rows.keySet();
    }

    /** Returns, of the values of a column that were written and say something, the keys with the values. */
    Map<String, String> of(Column column) {
        int index = table.columns().indexOf(column);
        Map<String, String> written = new LinkedHashMap<>();
        rows.forEach((key, values) -> {
            String value = values.get(index);
            List<@Nullable String> old = before.get(key);
            boolean same = old == null
                    ? defaults.containsKey(column.name()) && Objects.equals(value, defaults.get(column.name()))
                    : Objects.equals(value, old.get(index));
            if (value != null && !same && column.formula() == null) {
                written.put(key, value);
            }
        });
        return written;
    }

    /** Reads what these rows are now, by their key; one that is gone is missing. */
    Map<String, List<@Nullable String>> later(Table there, Connection session) throws SQLException {
        return later(there, columns(there), there.columns().size(), session);
    }

    /** Reads what a column of these rows is now, in the type that it had, if it can be had. */
    Map<String, List<@Nullable String>> later(Table there, Column successor, Column column, Connection session)
            throws SQLException {
        try {
            return later(there, ", (" + quoted(successor) + ")::" + column.typeName() + "::text", 1, session);
        } catch (SQLException e) {
            session.rollback(); // There is no such type any more, or no such cast.
            return later(there, ", (" + quoted(successor) + ")::text", 1, session);
        }
    }

    private Map<String, List<@Nullable String>> later(Table there, String values, int columns, Connection session)
            throws SQLException {
        Map<String, List<@Nullable String>> found = new LinkedHashMap<>();
        String key = keyText(laterKey(there), there);
        find(
                "select " + key + values + " from " + there.source() + " where " + key + " = any(?)",
                keys(),
                columns,
                session,
                found);
        return found;
    }

    private List<Column> laterKey(Table there) {
        return key.stream()
                .map(column -> there.column(column.name())
                        .or(() -> there.column(column.number()))
                        .orElse(column))
                .toList();
    }

    /** Returns whether two texts say the same, be they numbers of another scale. */
    static boolean isSame(@Nullable String one, @Nullable String other) {
        if (Objects.equals(one, other)) {
            return true;
        }
        try {
            return one != null && other != null && new BigDecimal(one).compareTo(new BigDecimal(other)) == 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
