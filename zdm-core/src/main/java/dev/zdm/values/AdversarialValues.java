package dev.zdm.values;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The values of a column that careless SQL gets wrong, as PostgreSQL reads them from text.
 *
 * <p>Whether a check or a foreign key takes them shows only when they are tried.
 */
public final class AdversarialValues {
    /** How long texts without a limit become: longer than any limit in practice, and short enough for an index. */
    static final int LONG = 1000;

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            " blanks at both ends ",
            "beyond the \uD83D\uDE00 basic plane \uD835\uDD6B",
            "e\u0301 combined, \u00E9 composed",
            "O'Brien \"quoted\" \\ back\\slash \\n %s $1 ; --",
            "tab\tline\nend",
            "\u0130\u0131\u00DF\uFB01 change length with case",
            "NULL",
            "\u202Eright to left\u200B");
    private static final List<String> DAYS =
            List.of("infinity", "-infinity", "2024-02-29", "1900-02-28", "0001-01-01", "1582-10-10", "1969-12-31");
    private static final List<String> TIMES = List.of(
            "infinity",
            "-infinity",
            "2024-02-29 23:59:59.999999",
            "2024-03-31 02:30:00",
            "2024-10-27 02:30:00",
            "0001-01-01 00:00:00",
            "4712-01-01 00:00:00 BC",
            "294276-12-31 00:00:00",
            "1969-12-31 23:59:59.999999");

    private AdversarialValues() {}

    /** Returns the distinct values of a column without NULL; empty: nothing is known of its type. */
    public static List<String> notNull(Column column) {
        return all(column).distinct().toList();
    }

    /** Returns whether a column that takes no duplicates has got all its values before the one of this number. */
    static boolean runsOut(Column column, int number) {
        boolean endless = !column.unique() || column.isText() || column.isInteger();
        return !endless && number >= notNull(column).size();
    }

    /** Returns a value by its number; a column that takes duplicates gets them when the values run out. */
    static String number(Column column, int number) {
        List<String> values = notNull(column);
        String value = values.get(number % values.size());
        return column.unique() ? distinct(column, value, number / values.size()) : value;
    }

    /** Returns a value that differs from the others by its round. */
    private static String distinct(Column column, String value, int round) {
        if (round == 0) {
            return value;
        }
        if (column.isText()) {
            String suffix = "~" + round;
            return fit(column, value, suffix.length()) + suffix;
        }
        if (column.isInteger()) {
            long number = Long.parseLong(value);
            boolean isSmall = number >= -1 && number <= 1;
            return String.valueOf(number - (isSmall ? 2L : Long.signum(number)) * round);
        }
        return value;
    }

    /** Cuts a text, by code points, to what fits in front of some more characters. */
    static String fit(Column column, String text, int more) {
        int room = Math.max(0, column.length().orElse(LONG) - more);
        int length = text.codePointCount(0, text.length());
        return length <= room ? text : text.substring(0, text.offsetByCodePoints(0, room));
    }

    private static Stream<String> all(Column column) {
        if (column.isText() && !column.type().equals("name")) {
            return Stream.concat(TEXTS.stream().map(text -> text(column, text)), Stream.of(longest(column)));
        }
        return switch (column.category()) {
            case 'A' -> Stream.of("{}", "{NULL}");
            case 'E' -> column.labels().stream();
            case 'R' -> Stream.of("empty", "(,)");
            default -> byType(column);
        };
    }

    /** Blanks at the end of a {@code char} count for nothing: what differs by them alone is the same. */
    private static String text(Column column, String text) {
        String fitting = fit(column, text, 0);
        return column.type().equals("bpchar") ? fitting.stripTrailing() : fitting;
    }

    private static Stream<String> byType(Column column) {
        return switch (column.type()) {
            case "bool" -> Stream.of("true", "false");
            case "int2" -> Stream.of("32767", "-32768", "0", "-1");
            case "int4" -> Stream.of("2147483647", "-2147483648", "0", "-1");
            case "int8" -> Stream.of("9223372036854775807", "-9223372036854775808", "0", "-1", "9007199254740993");
            case "numeric" -> numbers(column);
            case "float4" -> Stream.of("NaN", "Infinity", "-Infinity", "-0", "3.4028235e38", "1e-45");
            case "float8" -> Stream.of("NaN", "Infinity", "-Infinity", "-0", "1.7976931348623157e308", "5e-324");
            case "date" -> Stream.concat(DAYS.stream(), Stream.of("4713-01-01 BC", "5874897-12-31"));
            case "timestamp" -> TIMES.stream();
            case "timestamptz" -> TIMES.stream().map(AdversarialValues::inUtc);
            case "time" -> Stream.of("00:00:00", "24:00:00", "23:59:59.999999");
            case "timetz" -> Stream.of("00:00:00+15:59", "24:00:00-15:59", "23:59:59.999999+00");
            case "interval" -> Stream.of("-178000000 years", "1 mon -1 day", "00:00:00", "24:00:00");
            case "uuid" -> Stream.of("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff");
            case "json", "jsonb" ->
                Stream.of("null", "{}", "[]", "{\"a\": null, \"b\": {\"\": \"\uD83D\uDE00 \\\"\"}}", "1e300", "\"\"");
            case "bytea" -> Stream.of("", "\\x00", "\\xff00fe");
            case "inet" -> Stream.of("::", "255.255.255.255/0");
            case "money" -> Stream.of("-92233720368547758.08", "92233720368547758.07", "0");
            default -> Stream.of();
        };
    }

    private static String inUtc(String time) {
        return time.contains("infinity") ? time : time.replace(" BC", "") + "+00" + (time.endsWith(" BC") ? " BC" : "");
    }

    private static Stream<String> numbers(Column column) {
        if (column.precision().isEmpty()) {
            String many = "12345678901234567890.123456789012345678";
            return Stream.of("NaN", "Infinity", "-Infinity", "0", many, "-" + many, "-0.000000000000000001", "1e200");
        }
        BigDecimal most = BigDecimal.TEN.pow(column.precision().getAsInt()).subtract(BigDecimal.ONE);
        BigDecimal largest = most.movePointLeft(column.scale());
        BigDecimal smallest = BigDecimal.ONE.movePointLeft(column.scale());
        return Stream.of(largest, largest.negate(), smallest, smallest.negate(), BigDecimal.ZERO)
                .map(BigDecimal::toPlainString)
                .collect(Collectors.collectingAndThen(
                        Collectors.toList(), known -> Stream.concat(Stream.of("NaN"), known.stream())));
    }

    private static String longest(Column column) {
        return Stream.iterate(0, i -> i + 1)
                .limit(column.length().orElse(LONG))
                .map(i -> i % 2 == 0 ? "\uD83D\uDE80" : String.valueOf((char) ('a' + i % 26)))
                .collect(Collectors.joining());
    }
}
