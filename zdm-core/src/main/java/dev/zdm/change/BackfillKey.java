package dev.zdm.change;

import dev.zdm.plan.Backfill;
import dev.zdm.plan.PlanException;
import dev.zdm.postgres.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The key that a backfill walks.
 *
 * @param columns its columns
 * @param spelled the columns as they stand in SQL, with the table's alias if the user wrote one
 */
record BackfillKey(List<Column> columns, List<String> spelled) {
    private static final Set<String> INTEGERS = Set.of("smallint", "integer", "bigint");
    private static final Pattern COMMA = Pattern.compile(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)");
    private static final Pattern SPACE = Pattern.compile("\\s+(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)");

    private static final String INDEXES = """
            select i.indexrelid::bigint, i.indisunique, a.attname, quote_ident(a.attname),
                   format_type(a.atttypid, a.atttypmod), a.attnotnull
            from pg_index i
            join pg_class c on c.oid = i.indexrelid
            join pg_am m on m.oid = c.relam and m.amname = 'btree'
            cross join unnest(i.indkey::int2[]) with ordinality as k (number, place)
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
            where i.indrelid = to_regclass(?) and i.indisvalid and i.indisready and i.indpred is null and i.indexprs is null
              and k.place <= i.indnkeyatts
            order by i.indisprimary desc, i.indnkeyatts, i.indexrelid, k.place
            """;

    BackfillKey {
        columns = List.copyOf(columns);
        spelled = List.copyOf(spelled);
    }

    /**
     * A column of a key.
     *
     * @param name its name
     * @param sql the name, quoted where necessary
     * @param type its type, as SQL spells it
     * @param notNull whether no row lacks it
     */
    record Column(String name, String sql, String type, boolean notNull) {
        /** Returns a value that {@code ::text} made, as SQL. */
        String literal(String value) {
            return INTEGERS.contains(type) ? value : quoted(value) + "::" + type;
        }
    }

    private record Index(boolean unique, List<Column> columns) {
        boolean isKey() {
            return unique && columns.stream().allMatch(Column::notNull);
        }

        List<String> names() {
            return columns.stream().map(Column::name).toList();
        }
    }

    /** Returns a text as a literal of SQL. */
    static String quoted(String value) {
        String doubled = value.replace("'", "''");
        return doubled.indexOf('\\') < 0 ? "'" + doubled + "'" : "E'" + doubled.replace("\\", "\\\\") + "'";
    }

    /** Returns the table of a backfill without its alias. */
    static String tableOf(Backfill backfill) {
        return SPACE.splitAsStream(backfill.table().strip()).findFirst().orElseThrow();
    }

    /**
     * Finds the key of a backfill.
     *
     * @throws PlanException if there is none that it can walk, and why
     */
    static BackfillKey of(Backfill backfill, Connection connection) throws SQLException {
        String table = tableOf(backfill);
        List<Index> indexes = indexes(table, connection);
        List<Index> keys = indexes.stream().filter(Index::isKey).toList();
        String named = backfill.key();
        if (named == null) {
            if (keys.isEmpty()) {
                throw unusable(
                        table, "it has no primary key, and no unique index over columns that are NOT NULL", keys);
            }
            List<Column> columns = keys.get(0).columns();
            return new BackfillKey(columns, columns.stream().map(Column::sql).toList()).fitting(backfill);
        }
        List<String> spelled = COMMA.splitAsStream(named).map(String::strip).toList();
        List<String> names = spelled.stream().map(BackfillKey::lastPart).toList();
        Index walked = indexes.stream()
                .filter(index -> index.columns().size() >= names.size()
                        && index.names().subList(0, names.size()).equals(names))
                .findFirst()
                .orElseThrow(() -> unusable(
                        table,
                        "no valid index begins with (" + named + "): each batch would sort the whole table",
                        keys));
        List<Column> columns = walked.columns().subList(0, names.size());
        String nullable = columns.stream()
                .filter(column -> !column.notNull())
                .map(Column::name)
                .collect(Collectors.joining(", "));
        if (!nullable.isEmpty()) {
            throw unusable(table, nullable + " may be NULL, and rows without a key would be left out", keys);
        }
        if (keys.stream().noneMatch(key -> new HashSet<>(names).containsAll(key.names()))) {
            throw unusable(
                    table,
                    "(" + named + ") is not unique, so that a batch of equal keys could have any number of rows",
                    keys);
        }
        return new BackfillKey(columns, spelled).fitting(backfill);
    }

    private BackfillKey fitting(Backfill backfill) {
        boolean integer =
                columns.size() == 1 && INTEGERS.contains(columns.get(0).type());
        if (!integer && !backfill.statement().contains(":batch")) {
            throw new PlanException(
                    "the backfill of " + tableOf(backfill) + " names its batch with :from and :to, which needs a "
                            + "key of one integer column, but the key (" + String.join(", ", spelled) + ") is "
                            + columns.stream().map(Column::type).collect(Collectors.joining(", "))
                            + "; name the batch with :batch");
        }
        return this;
    }

    private static PlanException unusable(String table, String why, List<Index> keys) {
        String remedy = keys.isEmpty()
                ? "give it one first: CREATE UNIQUE INDEX CONCURRENTLY over columns that are NOT NULL"
                : "usable: "
                        + keys.stream()
                                .map(key -> "("
                                        + key.columns().stream()
                                                .map(Column::sql)
                                                .collect(Collectors.joining(", ")) + ")")
                                .distinct()
                                .collect(Collectors.joining(" or "));
        return new PlanException("the backfill of " + table + " has no usable key: " + why + "; " + remedy);
    }

    private static String lastPart(String column) {
        List<String> parts;
        try {
            parts = TableName.parts(column);
        } catch (IllegalArgumentException e) {
            throw new PlanException("'" + column + "' in the key of a backfill is not the name of a column");
        }
        return parts.get(parts.size() - 1);
    }

    private static List<Index> indexes(String table, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select to_regclass(?)::text")) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next() || row.getString(1) == null) {
                    throw new PlanException("the backfill names the table " + table + ", which does not exist");
                }
            }
        }
        List<Index> indexes = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(INDEXES)) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                long last = 0;
                while (rows.next()) {
                    if (rows.getLong(1) != last) {
                        last = rows.getLong(1);
                        indexes.add(new Index(rows.getBoolean(2), new ArrayList<>()));
                    }
                    indexes.get(indexes.size() - 1)
                            .columns()
                            .add(new Column(
                                    rows.getString(3), rows.getString(4), rows.getString(5), rows.getBoolean(6)));
                }
            }
        }
        return indexes;
    }

    /** Returns the columns as texts, for a select list. */
    String texts() {
        // Without a name of its own a text would be what ORDER BY sorts by.
        return IntStream.range(0, spelled.size())
                .mapToObj(i -> spelled.get(i) + "::text as zdm_key_" + i)
                .collect(Collectors.joining(", "));
    }

    /** Returns the columns, in order. */
    String list() {
        return String.join(", ", spelled);
    }

    /** Returns the columns, last one first. */
    String descending() {
        return spelled.stream().map(column -> column + " desc").collect(Collectors.joining(", "));
    }

    /** Returns a comparison of the key, such as {@code (a, b) > (1, 'x'::text)}. */
    String compare(String operator, List<String> values) {
        List<String> literals = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            literals.add(columns.get(i).literal(values.get(i)));
        }
        return row(spelled) + " " + operator + " " + row(literals);
    }

    private static String row(List<String> parts) {
        return parts.size() == 1 ? parts.get(0) : "(" + String.join(", ", parts) + ")";
    }

    /** Returns whether all values are numbers in SQL, so that the statements of all batches have one shape. */
    boolean isOfIntegers() {
        return columns.stream().allMatch(column -> INTEGERS.contains(column.type()));
    }

    /** Returns the text of each column of a row; null: the row has none. */
    @Nullable
    List<String> read(ResultSet row, int from) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            String value = row.getString(from + i);
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return values;
    }
}
