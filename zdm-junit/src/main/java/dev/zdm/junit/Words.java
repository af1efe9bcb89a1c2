package dev.zdm.junit;

import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.Verdict;
import java.util.Locale;

/** The few words on a verdict that fit into a line; the report has all of them. */
final class Words {
    private Words() {}

    /** Returns the verdict in short: {@code violated, 2 findings}. */
    static String verdict(Verdict verdict) {
        if (verdict instanceof Verdict.Violated violated) {
            return "violated, " + count(violated.findings().size(), "finding");
        }
        if (verdict instanceof Verdict.Inconclusive inconclusive) {
            return "inconclusive, " + count(inconclusive.doubts().size(), "doubt");
        }
        return "passed";
    }

    /** Returns the verdict of a phase and how long it took. */
    static String outcome(PhaseResult result) {
        return String.format(
                Locale.ROOT,
                "%s (%.1f s)",
                verdict(result.verdict()),
                result.history().length().toMillis() / 1000.0);
    }

    /** Returns a line of progress; before the first phase the rehearsal's own name stands for it. */
    static String step(String rehearsal, String phase, String activity) {
        return rehearsal + " | " + (phase.equals(rehearsal) ? "" : phase + ": ") + activity;
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
