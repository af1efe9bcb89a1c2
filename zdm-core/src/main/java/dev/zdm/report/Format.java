package dev.zdm.report;

import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Numbers, times and places, spelled the same everywhere. */
final class Format {
    private static final int FRACTION_BELOW_MILLIS = 10;

    private static final long KILO = 1024;

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

    /** Returns a time that is not known exactly, in the units that fit: {@code 840 ms}, {@code 7 min 40 s}. */
    static String about(Duration time) {
        if (time.compareTo(Duration.ofSeconds(1)) < 0) {
            return millis(time);
        }
        if (time.compareTo(Duration.ofMinutes(1)) < 0) {
            return seconds(time);
        }
        return time.compareTo(Duration.ofHours(1)) < 0
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : number(time.toHours()) + " h " + time.toMinutesPart() + " min";
    }

    /** Returns a time in seconds: {@code 12.3 s}. */
    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toNanos() / 1e9);
    }

    /** Returns a size: {@code 8 kB}, {@code 33 MB}, in powers of 1024 as PostgreSQL counts. */
    static String bytes(long bytes) {
        if (bytes < 10 * KILO) {
            return number(bytes) + " B";
        }
        return bytes < 10 * KILO * KILO ? number(bytes / KILO) + " kB" : number(bytes / (KILO * KILO)) + " MB";
    }

    /** Returns where a statement stands, and what it says. */
    static String place(Optional<SqlStatement> statement) {
        return statement
                .map(culprit -> culprit.line() == 0 ? culprit.source() : culprit.position() + "  " + culprit.summary())
                .orElse("no statement of the migration");
    }
}
