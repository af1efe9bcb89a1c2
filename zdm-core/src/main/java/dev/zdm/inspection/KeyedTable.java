package dev.zdm.inspection;

import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table whose rows can be told apart, as far as rows of it are read, changed and made by hand.
 *
 * @param relation the table
 * @param columns its columns, in their order
 */
record KeyedTable(Relation relation, List<Column> columns) {
    private static final int SOME = 50_000;

    private static final String COLUMNS = """
            with key as (
                select i.indrelid, i.indkey::int2[] as columns from pg_index i
                where i.indrelid = ?::regclass and i.indisunique and i.indisvalid and i.indimmediate
                  and i.indpred is null and i.indexprs is null
                  and not exists (select 1 from pg_attribute a
                                  where a.attrelid = i.indrelid and a.attnum = any (i.indkey) and not a.attnotnull)
                order by i.indisprimary desc, i.indnkeyatts limit 1)
            select format('"%s"', replace(a.attname, '"', '""')), a.attnum = any (key.columns), a.attgenerated <> '',
                   a.atthasdef or a.attidentity <> '', t.typcategory::text, t.typname = 'uuid',
                   exists (select 1 from pg_index u where u.indrelid = a.attrelid and u.indisunique
                           and (a.attnum = any (u.indkey) or u.indexprs is not null))
            from key join pg_attribute a on a.attrelid = key.indrelid and a.attnum > 0 and not a.attisdropped
            join pg_type t on t.oid = a.atttypid
            order by a.attnum
            """;

    /**
     * A column.
     *
     * @param name its name in quotes
     * @param isKey whether it is a part of the key
     * @param isGenerated whether it is computed from others
     * @param hasDefault whether a row gets a value of its own where none is given
     * @param category {@code pg_type.typcategory}
     * @param isUuid whether its type is uuid
     * @param isUnique whether a unique index is over it, or perhaps is
     */
    record Column(
            String name,
            boolean isKey,
            boolean isGenerated,
            boolean hasDefault,
            String category,
            boolean isUuid,
            boolean isUnique) {}

    /** Reads what is known of a table; empty: it has no key. */
    static Optional<KeyedTable> of(Relation relation, Connection connection) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(COLUMNS)) {
            query.setString(1, relation.qualified());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    columns.add(new Column(
                            row.getString(1),
                            row.getBoolean(2),
                            row.getBoolean(3),
                            row.getBoolean(4),
                            row.getString(5),
                            row.getBoolean(6),
                            row.getBoolean(7)));
                }
            }
        }
        return columns.isEmpty() ? Optional.empty() : Optional.of(new KeyedTable(relation, columns));
    }

    /** Returns the names of some columns. */
    List<String> names(Predicate<Column> which) {
        return columns.stream().filter(which).map(Column::name).toList();
    }

    /**
     * Reads the first rows in the order of their key, {@value #SOME} at most: what is kept of them must fit into memory however
     * large the table is.
     *
     * @return as {@link #read}
     */
    Map<String, Map<String, @Nullable String>> readSome(Connection connection) throws SQLException {
        return read("true", " limit " + SOME, connection);
    }

    /**
     * Reads rows, in the order of their key.
     *
     * @param where which ones, as SQL
     * @return the values of all columns as text, by a condition that holds for the row alone
     */
    Map<String, Map<String, @Nullable String>> read(String where, Connection connection) throws SQLException {
        return read(where, "", connection);
    }

    private Map<String, Map<String, @Nullable String>> read(String where, String limit, Connection connection)
            throws SQLException {
        List<String> keys = names(Column::isKey);
        String condition = keys.stream()
                .map(key -> "'" + key.replace("'", "''") + " = ' || quote_literal(" + key + "::text)")
                .collect(Collectors.joining(" || ' and ' || "));
        List<String> all = names(column -> true);
        String query = "select " + condition + ", "
                + all.stream().map(column -> column + "::text").collect(Collectors.joining(", ")) + " from "
                + relation.qualified() + " t where " + where + " order by "
                + keys.stream().map(key -> "t." + key).collect(Collectors.joining(", ")) + limit;
        Map<String, Map<String, @Nullable String>> rows = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                Map<String, @Nullable String> values = new LinkedHashMap<>();
                for (int column = 0; column < all.size(); column++) {
                    values.put(all.get(column), row.getString(column + 2));
                }
                rows.put(row.getString(1), values);
            }
        }
        return rows;
    }

    /** Returns a column's name as it is spelled here, in quotes in any case. */
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Returns a value as SQL spells it. */
    static String literal(@Nullable String value) {
        return value == null ? "null" : "'" + value.replace("'", "''") + "'";
    }
}
