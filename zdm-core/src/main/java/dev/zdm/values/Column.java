package dev.zdm.values;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table, as far as it decides which values it takes.
 *
 * @param name its name, unquoted
 * @param type the name of its type in {@code pg_type}, that of the base type for a domain
 * @param category {@code pg_type.typcategory}: {@code S} for strings, {@code A} for arrays, {@code E} for enums
 * @param modifier the type's modifier, which holds length or precision; -1: none
 * @param labels the labels of an enum in order; empty for other types
 * @param nullable whether it may be NULL
 * @param unique whether a unique index depends on it
 * @param primary whether it is part of the primary key
 * @param sequence the sequence that its default or identity draws from, as SQL spells it; null: none
 */
public record Column(
        String name,
        String type,
        char category,
        int modifier,
        List<String> labels,
        boolean nullable,
        boolean unique,
        boolean primary,
        @Nullable String sequence) {
    // PostgreSQL adds the size of a varlena header to the modifiers of these types.
    private static final int HEADER = 4;
    private static final int SCALE_BITS = 11;

    public Column {
        labels = List.copyOf(labels);
    }

    /** Returns how many characters fit, if there is a limit. */
    OptionalInt length() {
        boolean limited = (type.equals("varchar") || type.equals("bpchar")) && modifier >= HEADER;
        return limited ? OptionalInt.of(modifier - HEADER) : OptionalInt.empty();
    }

    /** Returns how many digits a number has, if there is a limit. */
    OptionalInt precision() {
        boolean limited = type.equals("numeric") && modifier >= HEADER;
        return limited ? OptionalInt.of((modifier - HEADER) >> Short.SIZE & 0xFFFF) : OptionalInt.empty();
    }

    /** Returns how many of the digits of a number with a {@link #precision} come after the point; may be negative. */
    int scale() {
        int sign = 1 << (SCALE_BITS - 1);
        return (((modifier - HEADER) & ((1 << SCALE_BITS) - 1)) ^ sign) - sign;
    }

    boolean isInteger() {
        return type.equals("int2") || type.equals("int4") || type.equals("int8");
    }

    boolean isText() {
        return category == 'S';
    }
}
