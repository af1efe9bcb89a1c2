package dev.zdm.values;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Values for a column of which no two are equal, so that a write that was lost is told from one that was not: texts and
 * numbers that a trim, a cut, a wrong encoding or an overflow alters. Safe for use by several threads.
 *
 * <p>Texts of fewer than 8 characters and {@code smallint} repeat after some ten thousand values.
 */
public final class DistinctValues {
    private static final int TAG = 8;
    private static final int RADIX = 36;
    private static final Set<String> NUMBERS = Set.of("int2", "int4", "int8", "numeric", "float4", "float8");
    private static final List<String> DECORATIONS = List.of(
            "",
            "\uD83D\uDE00\uD835\uDD6B ",
            "O'Brien \"quoted\" \\ \\n %s $1 ; -- ",
            "e\u0301\u00E9 ",
            "  \t",
            "\u0130\u0131\u00DF\uFB01 ");

    /** How many numbers at the ends of what fits rows may have already, adversarial ones among them. */
    private static final long TAKEN = 1000;

    private static final long ENOUGH = 1_000_000;

    private final Column column;
    private final long most;
    private final AtomicLong drawn = new AtomicLong();

    /** Makes the values of a column. */
    public DistinctValues(Column column) {
        this(column, Long.MAX_VALUE);
    }

    /**
     * Makes the values of a column.
     *
     * @param largest the largest number that whoever reads them can hold
     */
    public DistinctValues(Column column, long largest) {
        this.column = column;
        this.most = Math.min(largest, largest(column));
    }

    /** Returns why there are no texts for a column, in words; null: there are. */
    public static @Nullable String whyNoTexts(Column column) {
        if (!column.isText() || column.type().equals("name")) {
            return "the column is of type " + column.type() + ", for which there are no texts";
        }
        return column.unique() && column.length().orElse(TAG) < TAG
                ? "the column is unique, and in " + column.length().getAsInt()
                        + " characters there are too few different texts"
                : null;
    }

    /** Returns why there are no whole numbers for a column, in words; null: there are. */
    public static @Nullable String whyNoNumbers(Column column) {
        long largest = NUMBERS.contains(column.type()) ? largest(column) : 0;
        boolean rounds = column.precision().isPresent() && column.scale() < 0;
        if (largest < 1 || rounds) {
            return "the column is of type " + column.type() + ", for which there are no whole numbers";
        }
        return column.unique() && largest < ENOUGH
                ? "the column is unique, and up to " + largest + " there are too few different numbers"
                : null;
    }

    /** Returns another text; every seventh is the longest that fits, all of them where the server pads shorter ones. */
    public String text() {
        long number = drawn.getAndIncrement();
        String tag = tag(number);
        int kind = (int) (number % (DECORATIONS.size() + 1));
        boolean fills = kind == DECORATIONS.size() || column.type().equals("bpchar");
        if (fills) {
            int length = column.length().orElse(AdversarialValues.LONG);
            return "\u00E9".repeat(Math.max(0, length - tag.length())) + tag;
        }
        // A blank at the end as well, where there is room for it.
        String text = AdversarialValues.fit(column, DECORATIONS.get(kind), tag.length()) + tag;
        boolean hasRoom = AdversarialValues.fit(column, text, 1).equals(text);
        return kind > 0 && hasRoom ? text + " " : text;
    }

    /** Returns another number, near 0, the largest or the smallest that fits. */
    public long number() {
        long number = drawn.getAndIncrement();
        // Where no number may come twice, small positive ones are those that rows have.
        int kinds = column.unique() ? 3 : 4;
        long first = column.unique() ? TAKEN : 0;
        long step = (first + number / kinds) % Math.max(1, most / 4);
        return switch ((int) (number % kinds)) {
            case 0 -> -1 - step;
            case 1 -> most - step;
            case 2 -> -most + step;
            default -> 1 + step;
        };
    }

    private static long largest(Column column) {
        return switch (column.type()) {
            case "int2" -> Short.MAX_VALUE;
            case "int4" -> Integer.MAX_VALUE;
            case "numeric" -> (long) Math.pow(10, Math.max(0, Math.min(15, digits(column)))) - 1;
            case "float4" -> 1L << 24;
            case "float8" -> 1L << 53;
            default -> Long.MAX_VALUE;
        };
    }

    private static int digits(Column column) {
        return column.precision().isPresent() ? column.precision().getAsInt() - column.scale() : Integer.MAX_VALUE;
    }

    private String tag(long number) {
        int room = Math.min(TAG, column.length().orElse(TAG));
        String digits = Long.toString(number, RADIX).toLowerCase(Locale.ROOT);
        String padded = "0".repeat(Math.max(0, room - digits.length())) + digits;
        return padded.substring(padded.length() - room);
    }
}
