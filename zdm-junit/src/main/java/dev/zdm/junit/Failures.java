package dev.zdm.junit;

import dev.zdm.report.TextReport;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.Verdict;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** Turns verdicts into the failures of tests. */
final class Failures {
    private Failures() {}

    /** Returns the failure that a verdict demands; empty if it passed. */
    static Optional<AssertionError> of(PhaseResult result) {
        Verdict verdict = result.verdict();
        if (verdict instanceof Verdict.Violated) {
            return Optional.of(new ZeroDowntimeViolation(TextReport.of(result)));
        }
        return verdict instanceof Verdict.Inconclusive
                ? Optional.of(new InconclusiveRehearsal(TextReport.of(result)))
                : Optional.empty();
    }

    /**
     * Returns what a phase's test ends with; empty if it is green.
     *
     * <p>What the test method itself says comes first, for its author chose the words, and an IDE shows its expected
     * and actual values; the verdict is suppressed beside it. An assumption that does not hold does not hide a verdict.
     *
     * @param body what the test method threw; null: nothing
     */
    static Optional<Throwable> of(PhaseResult result, @Nullable Throwable body) {
        Optional<AssertionError> demanded = of(result);
        if (body == null || demanded.isEmpty()) {
            return body == null ? demanded.map(error -> error) : Optional.of(body);
        }
        AssertionError verdict = demanded.get();
        Throwable first = body instanceof TestAbortedException ? verdict : body;
        first.addSuppressed(first == verdict ? body : verdict);
        return Optional.of(first);
    }

    /** Returns the first line of a failure that says something. */
    static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.equals("null"))
                .findFirst()
                .orElse(failure.getClass().getName());
    }
}
