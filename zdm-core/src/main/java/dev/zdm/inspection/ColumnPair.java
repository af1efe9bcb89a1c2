package dev.zdm.inspection;

import dev.zdm.inspection.DataCatalog.Column;
import dev.zdm.inspection.DataCatalog.Table;
import dev.zdm.inspection.DataCatalog.ValueType;
import dev.zdm.observation.ColumnData.Conversion;
import dev.zdm.observation.ColumnData.Origin;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A column as it was and what it is now, with expressions whose texts are equal where the value is kept.
 *
 * @param was the column before
 * @param now the column after
 * @param origin what has its name now
 * @param conversion what lies between the types
 * @param before what gives the value before
 * @param after what gives the value after, in the type that it had
 */
record ColumnPair(Column was, Column now, Origin origin, Conversion conversion, String before, String after) {
    private static final String NUMERIC = "numeric";
    private static final String CHARACTER = "bpchar";
    private static final Set<String> JSON = Set.of("json", "jsonb");
    private static final Set<String> TIMES = Set.of(
            "timestamp without time zone", "timestamp with time zone", "time without time zone", "time with time zone");

    /**
     * Pairs two columns.
     *
     * @param origin what has the column's name now
     * @param earlier the catalogue before the change
     * @param later the catalogue after it
     */
    static ColumnPair of(Column was, Column now, Origin origin, DataCatalog earlier, DataCatalog later) {
        String before = quoted(was);
        String after = quoted(now);
        if (was.type() == now.type() && was.modifier() == now.modifier()) {
            boolean sameShape = earlier.shapeOf(was.type()).equals(later.shapeOf(now.type()));
            return sameShape
                    ? new ColumnPair(was, now, origin, Conversion.NONE, before, after)
                    : new ColumnPair(was, now, origin, Conversion.NONE, filled(before), filled(after));
        }
        ValueType type = earlier.types().get(earlier.baseOf(was.type()));
        ValueType typeNow = later.types().get(later.baseOf(now.type()));
        if (type == null || typeNow == null) {
            return new ColumnPair(was, now, origin, Conversion.OTHER, text(before), text(after));
        }
        Conversion conversion = TIMES.contains(type.name()) && TIMES.contains(typeNow.name()) && !type.equals(typeNow)
                ? Conversion.TIME_ZONE
                : Conversion.OTHER;
        if (isJson(type, typeNow)) {
            return new ColumnPair(was, now, origin, conversion, meaning(before), meaning(after));
        }
        // A type of the user's may have another name now, or be gone.
        boolean own = type.kind() != 'b' || typeNow.kind() != 'b';
        boolean toText = own && !type.equals(typeNow);
        return toText
                ? new ColumnPair(was, now, origin, conversion, text(before), text(after))
                : new ColumnPair(
                        was, now, origin, conversion, plain(before, type), plain(back(after, type, typeNow), type));
    }

    /** Returns the same pair, compared as text: where a value cannot be cast back. */
    ColumnPair asText() {
        return conversion == Conversion.NONE
                ? this
                : new ColumnPair(was, now, origin, conversion, text(quoted(was)), text(quoted(now)));
    }

    private static boolean isJson(ValueType type, ValueType typeNow) {
        return typeNow.name().equals("jsonb") && (type.name().equals("json") || type.category() == 'S');
    }

    private static String back(String expression, ValueType type, ValueType typeNow) {
        if (type.equals(typeNow)) {
            return expression;
        }
        boolean straight = (isNumber(type) && isNumber(typeNow))
                || type.category() == 'S'
                || typeNow.category() == 'S'
                || (type.category() == 'D' && typeNow.category() == 'D')
                || (JSON.contains(type.name()) && JSON.contains(typeNow.name()));
        return straight
                ? "(" + expression + ")::" + type.name()
                : "(" + expression + ")::pg_catalog.text::" + type.name();
    }

    private static boolean isNumber(ValueType type) {
        return type.category() == 'N';
    }

    /** Returns the value without what does not belong to it: zeros at the end of a number, blanks at that of a char. */
    private static String plain(String expression, ValueType type) {
        if (type.name().equals(NUMERIC)) {
            return "trim_scale(" + expression + ")";
        }
        return type.name().equals(CHARACTER) ? text(expression) : expression;
    }

    private static String text(String expression) {
        return "(" + expression + ")::pg_catalog.text";
    }

    /** Returns a composite value without its attributes that are null, as all are that it did not have before. */
    private static String filled(String expression) {
        return "jsonb_strip_nulls(to_jsonb(" + expression + "))";
    }

    private static String meaning(String expression) {
        return "pg_temp.zdm_json(" + text(expression) + "::json)";
    }

    private static String quoted(Column column) {
        return "\"" + column.name().replace("\"", "\"\"") + "\"";
    }

    /** Returns whether the value of the column is generated by another expression than before. */
    boolean hasNewFormula() {
        @Nullable String formula = now.formula();
        return formula != null && !formula.equals(was.formula());
    }

    /** Returns whether it is a part of a table's key. */
    boolean isKeyOf(Table table) {
        return table.key().contains(was.number());
    }
}
