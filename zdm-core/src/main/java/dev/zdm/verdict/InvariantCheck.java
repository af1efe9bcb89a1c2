package dev.zdm.verdict;

import dev.zdm.observation.InvariantOutcome;
import dev.zdm.observation.InvariantOutcome.Broken;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.Tolerance;
import dev.zdm.verdict.Checks.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every invariant holds; what is still broken when the load is drained is told once, by the drained evaluation. */
final class InvariantCheck {
    private InvariantCheck() {}

    static Outcome check(PhaseHistory history, Tolerance tolerance) {
        Map<Invariant, List<InvariantOutcome>> outcomes = new LinkedHashMap<>();
        history.invariants().stream()
                .sorted(Comparator.comparing(InvariantOutcome::drained).reversed())
                .forEach(outcome -> outcomes.computeIfAbsent(outcome.invariant(), first -> new ArrayList<>())
                        .add(outcome));
        List<Finding> findings = new ArrayList<>();
        List<Doubt> doubts = new ArrayList<>();
        for (List<InvariantOutcome> ofOne : outcomes.values()) {
            ofOne.stream()
                    .filter(outcome -> outcome.broken() != null)
                    .findFirst()
                    .ifPresentOrElse(
                            outcome -> findings.add(new InvariantBroken(
                                    LostData.hazard(outcome.invariant(), history),
                                    outcome,
                                    Findings.begunBy(first(ofOne), history))),
                            () -> ofOne.stream()
                                    .filter(outcome -> outcome.failure() != null)
                                    .findFirst()
                                    .ifPresent(outcome -> doubts.add(new Doubt.InvariantFailed(
                                            outcome, history.phase().name()))));
        }
        return new Outcome(findings, doubts);
    }

    private static Instant first(List<InvariantOutcome> ofOne) {
        return ofOne.stream()
                .map(InvariantOutcome::broken)
                .flatMap(Stream::ofNullable)
                .map(Broken::at)
                .min(Comparator.naturalOrder())
                .orElse(Instant.MAX);
    }
}
