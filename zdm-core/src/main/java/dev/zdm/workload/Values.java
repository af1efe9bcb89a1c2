package dev.zdm.workload;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares what was written with what is read: numbers by value, arrays by content, all else by {@code equals}. */
public final class Values {
    private static final Set<Class<?>> WHOLE = Set.of(Byte.class, Short.class, Integer.class, Long.class);

    private static final int MOST_CHARACTERS = 100;

    private Values() {}

    /** Returns whether two values are the same for an application. */
    public static boolean same(@Nullable Object one, @Nullable Object other) {
        if (one instanceof Number number
                && other instanceof Number another
                && isExact(one.getClass())
                && isExact(other.getClass())) {
            return exact(number).compareTo(exact(another)) == 0;
        }
        return Objects.deepEquals(one, other);
    }

    /** Returns a value in words: text in quotes, and no more of it than can be read at a glance. */
    public static String words(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        String text = value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
        int length = text.codePointCount(0, text.length());
        String shown = length <= MOST_CHARACTERS
                ? text
                : text.substring(0, text.offsetByCodePoints(0, MOST_CHARACTERS)) + "… (" + length + " characters)";
        return value instanceof CharSequence ? "'" + shown + "'" : shown;
    }

    /** Returns whether the values of this class can be added up without rounding. */
    static boolean isExact(Class<?> type) {
        return WHOLE.contains(type) || type == BigInteger.class || type == BigDecimal.class;
    }

    /** Returns the value of a number that {@link #isExact} knows. */
    static BigDecimal exact(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        return number instanceof BigInteger integer ? new BigDecimal(integer) : BigDecimal.valueOf(number.longValue());
    }
}
