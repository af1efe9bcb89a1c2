package dev.zdm.inspection;

import dev.zdm.inspection.KeyedTable.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes of rows, as somebody else could make them while a backfill is under way: every other one of columns that the
 * backfill writes to, the rest of those that it may have read.
 *
 * @param table the table
 * @param written the columns that the backfill writes to
 */
record RowWrites(KeyedTable table, Set<String> written) {
    private static final List<Double> PLACES = List.of(0.1, 0.35, 0.6, 0.9);
    private static final int MOST_ROWS_SEARCHED = 100;

    /**
     * Somebody's change of a row.
     *
     * @param key the row
     * @param sql the change
     * @param isDirect whether it is to columns that the backfill writes to; otherwise to those that it may have read
     */
    record Write(String key, String sql, boolean isDirect) {}

    /** The rows in question at one moment, by their keys. */
    record Rows(Map<String, Map<String, @Nullable String>> byKey) {
        @Nullable
        String value(String key, String column) {
            Map<String, @Nullable String> row = byKey.get(key);
            return row == null ? null : row.get(column);
        }
    }

    /**
     * Returns changes of some of the rows that the backfill writes to.
     *
     * @param before the rows before the backfill
     * @param after the rows after it
     */
    List<Write> of(Rows before, Rows after) {
        List<String> changed = before.byKey().keySet().stream()
                .filter(key -> written.stream()
                        .anyMatch(column -> !Objects.equals(before.value(key, column), after.value(key, column))))
                .toList();
        List<String> sources =
                table.names(column -> !column.isGenerated() && !column.isUnique() && !written.contains(column.name()));
        Map<String, Write> writes = new LinkedHashMap<>();
        for (int place = 0; place < PLACES.size() && !changed.isEmpty(); place++) {
            String key = changed.get((int) (PLACES.get(place) * changed.size()));
            String sql = place % 2 == 0 ? direct(key, changed, after) : ofAnother(sources, key, changed, before);
            if (sql != null) {
                writes.putIfAbsent(key, new Write(key, sql, place % 2 == 0));
            }
        }
        return List.copyOf(writes.values());
    }

    /** Gives a row the values that the change gives to another one; where all get the same, some value near it. */
    private @Nullable String direct(String key, List<String> changed, Rows after) {
        List<String> columns = table.names(column -> written.contains(column.name()) && !column.isUnique());
        String another = ofAnother(columns, key, changed, after);
        if (another != null) {
            return another;
        }
        List<String> near = new ArrayList<>();
        for (Column column : table.columns()) {
            String value = after.value(key, column.name());
            if (columns.contains(column.name()) && value != null) {
                String sql = near(column, KeyedTable.literal(value));
                if (sql != null) {
                    near.add(column.name() + " = " + sql);
                }
            }
        }
        return near.isEmpty() ? null : update(near, key);
    }

    private static @Nullable String near(Column column, String value) {
        return switch (column.category()) {
            case "S" -> value + " || 'x'";
            case "N" -> value + "::numeric + 1";
            case "B" -> "not " + value + "::boolean";
            case "D" -> value + "::timestamptz + interval '1 day'";
            default -> column.isUuid() ? "gen_random_uuid()" : null;
        };
    }

    private @Nullable String ofAnother(List<String> columns, String key, List<String> changed, Rows from) {
        int place = changed.indexOf(key);
        for (int step = 1; step < Math.min(changed.size(), MOST_ROWS_SEARCHED); step++) {
            String other = changed.get((place + step) % changed.size());
            List<String> sets = columns.stream()
                    .filter(column -> from.value(other, column) != null)
                    .filter(column -> !Objects.equals(from.value(other, column), from.value(key, column)))
                    .map(column -> column + " = " + KeyedTable.literal(from.value(other, column)))
                    .toList();
            if (!sets.isEmpty()) {
                return update(sets, key);
            }
        }
        return null;
    }

    private String update(List<String> sets, String key) {
        return "update " + table.relation().qualified() + " set " + String.join(", ", sets) + " where " + key;
    }
}
