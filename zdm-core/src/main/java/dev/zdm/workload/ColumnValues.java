package dev.zdm.workload;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.PlanException;
import dev.zdm.postgres.TableName;
import dev.zdm.values.Column;
import dev.zdm.values.DistinctValues;
import dev.zdm.values.SchemaReader;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The new values of facts whose column is known, the same for both versions. Safe for use by several threads. */
final class ColumnValues {
    private static final int TABLE_AND_COLUMN = 2;
    private static final int WITH_SCHEMA = 3;

    private final Map<String, DistinctValues> values = new ConcurrentHashMap<>();

    /** A column as a user names it. */
    private record Name(TableName table, String column) {
        static Name parse(String text) {
            List<String> parts = TableName.parts(text);
            return switch (parts.size()) {
                case TABLE_AND_COLUMN -> new Name(new TableName(null, parts.get(0)), parts.get(1));
                case WITH_SCHEMA -> new Name(new TableName(parts.get(0), parts.get(1)), parts.get(2));
                default -> throw new IllegalArgumentException("'" + text + "' is not the name of a column");
            };
        }
    }

    /**
     * Checks what can be checked of a column without a database.
     *
     * @param where which method names it, for messages
     * @param column as {@link ReadBack#column} has it
     * @throws PlanException if it cannot be the column of this fact
     */
    static void validate(String where, String column, Fact fact) {
        if (column.isBlank()) {
            return;
        }
        if (fact.total()) {
            throw new PlanException(
                    where + " reads a total, which never gets a new value; leave the column '" + column + "' out");
        }
        if (!isText(fact) && !Values.isExact(fact.type())) {
            throw new PlanException(where + " names the column '" + column
                    + "' for values of ledger.newValue or newNumber, and so must return a String, a long or another "
                    + "exact number, found " + fact.type().getName());
        }
        try {
            Name.parse(column);
        } catch (IllegalArgumentException e) {
            throw new PlanException(
                    where + " must name its column as 'table.column' or 'schema.table.column', found '" + column + "'",
                    e);
        }
    }

    /**
     * Finds the columns of a version's facts, but for those of facts that have one.
     *
     * @throws PlanException if one is not there, or there are no values for it
     */
    void resolve(ApplicationVersion version, Connection connection) throws SQLException {
        Class<?> workload = version.workloadClass().orElse(null);
        if (workload != null) {
            for (Map.Entry<Fact, Method> method : FactMethods.of(workload).entrySet()) {
                Fact fact = method.getKey();
                String column = method.getValue().getAnnotation(ReadBack.class).column();
                if (!column.isBlank() && !values.containsKey(fact.name())) {
                    String where = "@ReadBack(column = \"" + column + "\") "
                            + method.getValue().getDeclaringClass().getSimpleName() + "."
                            + method.getValue().getName();
                    values.put(fact.name(), find(where, Name.parse(column), fact, new SchemaReader(connection)));
                }
            }
        }
    }

    private static DistinctValues find(String where, Name name, Fact fact, SchemaReader schema) throws SQLException {
        List<Column> columns = schema.columns(name.table());
        Column column = columns.stream()
                .filter(candidate -> candidate.name().equals(name.column()))
                .findFirst()
                .orElseThrow(() -> new PlanException(where + ": expected a column that can be written when the version "
                        + "gets its first traffic, found " + found(name.table(), columns)
                        + "; correct the name, or leave the column out"));
        String reason = isText(fact) ? DistinctValues.whyNoTexts(column) : DistinctValues.whyNoNumbers(column);
        if (reason != null) {
            throw new PlanException(where + ": " + reason + "; leave the column out, or give values of your own by "
                    + "ledger.announce");
        }
        return new DistinctValues(column, largest(fact.type()));
    }

    private static String found(TableName table, List<Column> columns) {
        return columns.isEmpty()
                ? "no table " + table
                : table + " with "
                        + String.join(", ", columns.stream().map(Column::name).toList());
    }

    /** Returns the values of a fact; null: its column is not known. */
    @Nullable
    DistinctValues of(Fact fact) {
        return values.get(fact.name());
    }

    private static boolean isText(Fact fact) {
        return fact.type().isAssignableFrom(String.class);
    }

    /** Returns the largest number that the application can read. */
    private static long largest(Class<?> type) {
        if (type == Byte.class) {
            return Byte.MAX_VALUE;
        }
        if (type == Short.class) {
            return Short.MAX_VALUE;
        }
        return type == Integer.class ? Integer.MAX_VALUE : Long.MAX_VALUE;
    }
}
