package dev.zdm.verdict;

import dev.zdm.plan.RehearsalPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a rehearsal showed.
 *
 * @param plan what was rehearsed
 * @param serverVersion the version of PostgreSQL
 * @param serverSettings the settings in force that matter to the verdict
 * @param freshDatabase how long the fresh copy of the baseline took
 * @param length how long it all took
 * @param phases the results of the phases that were rehearsed, in order
 */
public record RehearsalResult(
        RehearsalPlan plan,
        String serverVersion,
        Map<String, String> serverSettings,
        Duration freshDatabase,
        Duration length,
        List<PhaseResult> phases) {
    public RehearsalResult {
        serverSettings = Map.copyOf(serverSettings);
        phases = List.copyOf(phases);
    }

    /** Returns the verdict over all phases. */
    public Verdict verdict() {
        return phases.stream().map(PhaseResult::verdict).reduce(new Verdict.Passed(), Verdict::and);
    }
}
