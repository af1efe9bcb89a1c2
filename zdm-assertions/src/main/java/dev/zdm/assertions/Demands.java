package dev.zdm.assertions;

import dev.zdm.observation.Latency;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.Window;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.Tolerance;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.ChangeFailed;
import dev.zdm.verdict.Checks;
import dev.zdm.verdict.Doubt;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.OperationFailed;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.TooSlow;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What assertions demand of a phase: each answers with what speaks against it, in words.
 *
 * <p>A demand holds only if the run could tell: a doubt that touches it speaks against it, and so does a phase in which
 * there was nothing to see.
 */
final class Demands {
    private static final Set<Hazard> DATA = EnumSet.of(Hazard.DATA_DRIFT, Hazard.DATA_LOSS);

    private Demands() {}

    static Optional<String> noErrors(PhaseResult phase) {
        return ofLoad(
                phase,
                "the change succeeds and no operation fails",
                findings(phase, finding -> finding instanceof OperationFailed || finding instanceof ChangeFailed));
    }

    static Optional<String> noLockWaitLongerThan(Duration limit, PhaseResult phase) {
        return ofLoad(phase, "no operation waits for the migration", LockWaits.longerThan(limit, phase.history()));
    }

    static Optional<String> p99LatencyWithin(Duration limit, PhaseResult phase) {
        if (phase.history().latencies().stream().noneMatch(latency -> isFromChangeOn(latency, phase.history()))) {
            return Optional.of(FailureText.keys(
                    "99 of 100 operations end in time from the change on",
                    "no latency was measured from the change on, so nothing is proven",
                    "give the plan an application version and a phase with a change or a traffic step"));
        }
        PhaseResult judged = Checks.judge(phase.history(), Tolerance.DEFAULT.withLatency(limit));
        return objection(findings(judged, TooSlow.class::isInstance), doubts(phase, Demands::touchesLoad));
    }

    private static boolean isFromChangeOn(Latency latency, PhaseHistory history) {
        return history.windows().get(latency.window()).kind() != WindowKind.STEADY;
    }

    /** Demands that no data drifted and none was lost, whether or not anything was compared. */
    static Optional<String> noDrift(PhaseResult phase) {
        return objection(
                findings(phase, finding -> DATA.contains(finding.hazard())),
                doubts(phase, doubt -> touchesData(doubt) || doubt instanceof Doubt.Broke));
    }

    /** Demands that an invariant, both versions, or what was read back of a write were compared in one of the phases. */
    static Optional<String> anyComparison(List<PhaseResult> phases) {
        boolean any = phases.stream().map(PhaseResult::history).anyMatch(Demands::comparedAnything);
        return any
                ? Optional.empty()
                : Optional.of(FailureText.keys(
                        "every invariant holds, both versions read the same, no acknowledged write is lost",
                        "no invariant was evaluated and nothing was read back, so nothing is proven",
                        "give the plan an invariant that holds here, or its versions methods with @ReadBack"));
    }

    private static boolean comparedAnything(PhaseHistory history) {
        return history.invariants().stream().anyMatch(invariant -> invariant.evaluations() > 0)
                || history.agreements().stream().anyMatch(agreement -> agreement.comparisons() > 0)
                || history.ledger().readBacks() + history.ledger().drainedReadBacks() > 0;
    }

    private static Optional<String> ofLoad(PhaseResult phase, String expected, List<Finding> findings) {
        Optional<String> objection = objection(findings, doubts(phase, Demands::touchesLoad));
        return objection.isPresent() || anythingRan(phase.history())
                ? objection
                : Optional.of(FailureText.keys(
                        expected,
                        "no operation ran, so nothing is proven",
                        "give the plan an application version whose operations get traffic in this phase"));
    }

    private static boolean touchesLoad(Doubt doubt) {
        return !touchesData(doubt);
    }

    private static boolean touchesData(Doubt doubt) {
        return doubt instanceof Doubt.InvariantFailed
                || doubt instanceof Doubt.NotCompared
                || doubt instanceof Doubt.NotVerified;
    }

    private static boolean anythingRan(PhaseHistory history) {
        return history.windows().stream()
                .flatMap(window -> window.coverage().stream())
                .mapToLong(Window.Coverage::succeeded)
                .anyMatch(succeeded -> succeeded > 0);
    }

    private static List<Finding> findings(PhaseResult phase, Predicate<Finding> which) {
        return phase.verdict().findings().stream().filter(which).toList();
    }

    private static List<Doubt> doubts(PhaseResult phase, Predicate<Doubt> which) {
        return phase.verdict().doubts().stream().filter(which).toList();
    }

    private static Optional<String> objection(List<Finding> findings, List<Doubt> doubts) {
        return findings.isEmpty() && doubts.isEmpty()
                ? Optional.empty()
                : Optional.of(TextReport.list(findings, doubts).strip());
    }
}
