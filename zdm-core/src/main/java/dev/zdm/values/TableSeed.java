package dev.zdm.values;

import dev.zdm.observation.SeededRows;
import dev.zdm.observation.SeededRows.Refusal;
import dev.zdm.postgres.SqlState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds rows to one table. Where the server refuses a row full of adversarial values, each of them is tried in a row of
 * ordinary ones, and those that it takes are put together.
 */
final class TableSeed {
    private static final int NULL_EVERY = 4;

    private final SeedTable table;
    private final Map<String, Refused> refused = new LinkedHashMap<>();
    private final RowWriter writer;
    private final OrdinaryRows ordinary;

    /** What a column did not take, and the first reason. */
    private record Refused(Set<@Nullable String> values, String reason) {}

    TableSeed(SeedTable table, Connection connection, long highestKey) throws SQLException {
        this.table = table;
        this.writer = new RowWriter(table, connection);
        this.ordinary = new OrdinaryRows(table, connection, highestKey);
    }

    SeededRows add(int planned) throws SQLException {
        int added = 0;
        for (int number = 0; number < planned && !refused.containsKey(""); number++) {
            added += add(number, ordinary.row(number)) ? 1 : 0;
        }
        writer.moveSequences();
        return new SeededRows(table.name(), added, planned, refusals());
    }

    private List<Refusal> refusals() {
        List<String> names = new ArrayList<>(List.of(""));
        table.columns().forEach(column -> names.add(column.name()));
        List<Refusal> refusals = new ArrayList<>();
        for (String name : names) {
            Refused what = refused.get(name);
            if (what != null) {
                refusals.add(new Refusal(name, what.values().size(), what.reason()));
            }
        }
        return refusals;
    }

    private boolean add(int number, Map<String, @Nullable String> plain) throws SQLException {
        Map<String, @Nullable String> row = new LinkedHashMap<>(plain);
        row.putAll(extremes(number));
        if (writer.write(row, true).isEmpty()) {
            return true;
        }
        Map<String, @Nullable String> best = new LinkedHashMap<>(plain);
        Optional<SQLException> trouble = writer.write(best, false);
        if (trouble.isPresent()) {
            refuse("", "row", trouble.get());
            return false;
        }
        for (Map.Entry<String, @Nullable String> extreme : extremes(number).entrySet()) {
            Map<String, @Nullable String> next = new LinkedHashMap<>(best);
            next.put(extreme.getKey(), extreme.getValue());
            Optional<SQLException> refusal = writer.write(next, false);
            if (refusal.isPresent()) {
                refuse(extreme.getKey(), extreme.getValue(), refusal.get());
            } else {
                best = next;
            }
        }
        writer.write(best, true);
        return true;
    }

    private void refuse(String column, @Nullable String value, SQLException why) {
        String message = String.valueOf(why.getMessage()).lines().findFirst().orElse("");
        String reason = message + " (SQLSTATE " + SqlState.of(why) + ")";
        refused.computeIfAbsent(column, name -> new Refused(new HashSet<>(), reason))
                .values()
                .add(value);
    }

    /** Keys stay as they are, for the rows must be told apart from those of the application. */
    private Map<String, @Nullable String> extremes(int number) {
        Map<String, @Nullable String> row = new LinkedHashMap<>();
        for (int place = 0; place < table.columns().size(); place++) {
            Column column = table.columns().get(place);
            boolean isKey = column.isInteger() && (column.sequence() != null || column.primary());
            if (!isKey) {
                putExtreme(column, number + place, row);
            }
        }
        return row;
    }

    private void putExtreme(Column column, int number, Map<String, @Nullable String> row) {
        List<String> values = table.reference(column).isPresent() ? List.of() : AdversarialValues.notNull(column);
        boolean isNull = column.nullable() && number % NULL_EVERY == 0;
        int place = column.nullable() ? number - number / NULL_EVERY - 1 : number;
        if (!isNull && (values.isEmpty() || AdversarialValues.runsOut(column, place))) {
            return;
        }
        String value = isNull ? null : AdversarialValues.number(column, place);
        Refused known = refused.get(column.name());
        if (known == null || !known.values().contains(value)) {
            row.put(column.name(), value);
        }
    }
}
