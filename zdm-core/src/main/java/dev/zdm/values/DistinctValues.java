package dev.zdm.values;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Values for a column of which no two are equal, so that a write that was lost is told from one that was not: texts and
 * numbers that a trim, a cut, a wrong encoding or an overflow alters. Safe for use by several threads.
 *
 * <p>Texts of fewer than 8 characters and {@code smallint} repeat after some ten thousand values.
 */
public final class DistinctValues {
    private static final int TAG = 8;
    private static final int RADIX = 36;
    private static final List<String> DECORATIONS = List.of(
            "",
            "\uD83D\uDE00\uD835\uDD6B ",
            "O'Brien \"quoted\" \\ \\n %s $1 ; -- ",
            "e\u0301\u00E9 ",
            "  \t",
            "\u0130\u0131\u00DF\uFB01 ");

    private final Column column;
    private final AtomicLong drawn = new AtomicLong();

    /** Makes the values of a column. */
    public DistinctValues(Column column) {
        this.column = column;
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
        long most = switch (column.type()) {
            case "int2" -> Short.MAX_VALUE;
            case "int4" -> Integer.MAX_VALUE;
            case "numeric" -> (long) Math.pow(10, Math.min(15, digits())) - 1;
            case "float4" -> 1L << 24;
            case "float8" -> 1L << 53;
            default -> Long.MAX_VALUE;
        };
        long step = number / 4 % Math.max(1, most / 4);
        return switch ((int) (number % 4)) {
            case 0 -> 1 + step;
            case 1 -> -1 - step;
            case 2 -> most - step;
            default -> -most + step;
        };
    }

    private int digits() {
        return column.precision().isPresent() ? column.precision().getAsInt() - column.scale() : Integer.MAX_VALUE;
    }

    private String tag(long number) {
        int room = Math.min(TAG, column.length().orElse(TAG));
        String digits = Long.toString(number, RADIX).toLowerCase(Locale.ROOT);
        String padded = "0".repeat(Math.max(0, room - digits.length())) + digits;
        return padded.substring(padded.length() - room);
    }
}
