package dev.zdm.verdict;

import dev.zdm.observation.CrashHistory.Harm;
import dev.zdm.observation.CrashHistory.Trial;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.plan.Demand;
import dev.zdm.verdict.Checks.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A change that was stopped at any point can be carried out once more, and comes to the same end.
 *
 * <p>What was not stopped says nothing; where nothing could be tried although the plan demands it, the verdict is
 * inconclusive.
 */
final class RetryCheck {
    private RetryCheck() {}

    static Outcome check(PhaseHistory history, Set<Demand> demands) {
        if (!demands.contains(Demand.RETRYABLE)) {
            return Outcome.of(List.of());
        }
        Map<Harm, List<Trial>> harms = new LinkedHashMap<>();
        for (Trial trial : history.crashes().trials()) {
            trial.harms()
                    .forEach(harm -> harms.computeIfAbsent(harm, kind -> new ArrayList<>())
                            .add(trial));
        }
        List<Finding> findings = new ArrayList<>();
        harms.forEach((harm, trials) -> findings.add(new NotRetryable(harm, trials)));
        String why = history.crashes().notTried();
        return new Outcome(findings, why == null ? List.of() : List.of(new Doubt.Broke("the crash points", why)));
    }
}
