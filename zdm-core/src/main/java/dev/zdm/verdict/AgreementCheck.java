package dev.zdm.verdict;

import dev.zdm.observation.Agreement;
import dev.zdm.observation.Agreement.Difference;
import dev.zdm.observation.Agreement.When;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.plan.Tolerance;
import dev.zdm.verdict.Checks.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Both versions read the same of every key; a fact that differs is told once, by the comparison of all keys if it can be. */
final class AgreementCheck {
    private AgreementCheck() {}

    static Outcome check(PhaseHistory history, Tolerance tolerance) {
        Map<String, List<Agreement>> byFact = new LinkedHashMap<>();
        history.agreements().stream()
                .sorted(Comparator.comparing(agreement -> agreement.when() == When.UNDER_LOAD))
                .forEach(agreement -> byFact.computeIfAbsent(agreement.fact(), first -> new ArrayList<>())
                        .add(agreement));
        List<Finding> findings = new ArrayList<>();
        List<Doubt> doubts = new ArrayList<>();
        for (List<Agreement> ofOne : byFact.values()) {
            ofOne.stream()
                    .filter(agreement -> agreement.differing() > 0)
                    .findFirst()
                    .ifPresentOrElse(
                            agreement -> findings.add(
                                    new VersionsDisagree(agreement, Findings.begunBy(first(ofOne), history))),
                            () -> ofOne.stream()
                                    .filter(agreement -> agreement.when() != When.UNDER_LOAD && agreement.unread() > 0)
                                    .filter(agreement -> !isToldAsError(agreement, history))
                                    .findFirst()
                                    .ifPresent(agreement -> doubts.add(new Doubt.NotCompared(agreement))));
        }
        return new Outcome(findings, doubts);
    }

    /** A version that fails since the change is a finding: why it could not be read is known. */
    private static boolean isToldAsError(Agreement agreement, PhaseHistory history) {
        String failure = agreement.failure();
        return failure != null
                && history.errors().stream()
                        .filter(ErrorCheck::isWorseThanBefore)
                        .anyMatch(error -> error.message()
                                .contains(failure.lines().findFirst().orElse(failure)));
    }

    private static Instant first(List<Agreement> ofOne) {
        return ofOne.stream()
                .flatMap(agreement -> agreement.first().stream())
                .map(Difference::at)
                .min(Comparator.naturalOrder())
                .orElse(Instant.MAX);
    }
}
