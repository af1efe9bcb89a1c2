package dev.zdm.assertions;

import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.Verdict;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What assertions demand of a verdict; {@code shown} is the verdict in words, for the failure. */
final class VerdictDemands {
    private VerdictDemands() {}

    static Optional<String> violated(Verdict verdict, String shown) {
        return demand(verdict instanceof Verdict.Violated, "at least one finding", shown);
    }

    static Optional<String> inconclusive(Verdict verdict, String shown) {
        return demand(
                verdict instanceof Verdict.Inconclusive,
                "no finding, and at least one reason why the run could not tell",
                shown);
    }

    static Optional<String> finding(Hazard hazard, Verdict verdict, String shown) {
        return demand(hazards(verdict).contains(hazard), "a finding " + ids(Set.of(hazard)), shown);
    }

    static Optional<String> onlyFindings(Set<Hazard> hazards, Verdict verdict, String shown) {
        return demand(hazards(verdict).equals(hazards), "findings " + ids(hazards) + " and no other", shown);
    }

    private static Optional<String> demand(boolean holds, String expected, String shown) {
        return holds ? Optional.empty() : Optional.of(FailureText.keys(expected, shown.strip()));
    }

    private static Set<Hazard> hazards(Verdict verdict) {
        return verdict.findings().stream()
                .map(Finding::hazard)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Hazard.class)));
    }

    private static String ids(Collection<Hazard> hazards) {
        return hazards.stream().map(hazard -> "[" + hazard.id() + "]").collect(Collectors.joining(", "));
    }
}
