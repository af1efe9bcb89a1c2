package dev.zdm.report;

import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Numbers, times and places, spelled the same everywhere. */
final class Format {
    private static final int FRACTION_BELOW_MILLIS = 10;

    private Format() {}

    /** Returns a number with its thousands set apart: {@code 200 000}. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    /** Returns a number and a noun: {@code 1 row}, {@code 2 rows}. */
    static String count(long number, String noun) {
        return number(number) + " " + noun + (number == 1 ? "" : "s");
    }

    /** Returns a time in milliseconds: {@code 2 312 ms}, below ten with one digit: {@code 0.8 ms}. */
    static String millis(Duration time) {
        double millis = time.toNanos() / 1e6;
        return millis < FRACTION_BELOW_MILLIS
                ? String.format(Locale.ROOT, "%.1f ms", millis)
                : number(Math.round(millis)) + " ms";
    }

    /** Returns a time in seconds: {@code 12.3 s}. */
    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toNanos() / 1e9);
    }

    /** Returns where a statement stands, and what it says. */
    static String place(Optional<SqlStatement> statement) {
        return statement
                .map(culprit -> culprit.line() == 0 ? culprit.source() : culprit.position() + "  " + culprit.summary())
                .orElse("no statement of the migration");
    }
}
