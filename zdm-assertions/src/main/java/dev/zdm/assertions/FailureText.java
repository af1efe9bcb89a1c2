package dev.zdm.assertions;

import dev.zdm.verdict.PhaseResult;

/** The text of a failed assertion: the keys of every report, and core's words for findings and doubts. */
final class FailureText {
    private static final String LINE = "   %-9s: %s\n";

    private FailureText() {}

    /** Returns the whole message; {@code objection} is what one of the other methods returned. */
    static String of(String subject, String objection) {
        return subject + " is not as expected\n\n" + objection.stripTrailing();
    }

    static String of(PhaseResult phase, String objection) {
        return of("Phase '" + phase.name() + "'", objection);
    }

    static String keys(String expected, String found) {
        return LINE.formatted("expected", expected) + LINE.formatted("found", found);
    }

    static String keys(String expected, String found, String remedy) {
        return keys(expected, found) + LINE.formatted("do", remedy);
    }
}
