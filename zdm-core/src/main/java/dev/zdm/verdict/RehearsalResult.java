package dev.zdm.verdict;

import dev.zdm.observation.SeededRows;
import dev.zdm.observation.ServerFacts;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import java.time.Duration;
import java.util.List;

/**
 * What a rehearsal showed.
 *
 * @param plan what was rehearsed
 * @param server what it was rehearsed on
 * @param freshDatabase how long the fresh copy of the baseline took
 * @param length how long it all took
 * @param phases the results of the phases that were rehearsed, in order
 * @param seeded the adversarial rows that tables of the baseline got; empty: none were asked for
 */
public record RehearsalResult(
        RehearsalPlan plan,
        ServerFacts server,
        Duration freshDatabase,
        Duration length,
        List<PhaseResult> phases,
        List<SeededRows> seeded) {
    public RehearsalResult {
        phases = List.copyOf(phases);
        seeded = List.copyOf(seeded);
    }

    /** Makes a result without adversarial rows. */
    public RehearsalResult(
            RehearsalPlan plan, ServerFacts server, Duration freshDatabase, Duration length, List<PhaseResult> phases) {
        this(plan, server, freshDatabase, length, phases, List.of());
    }

    /** Returns the verdict over all phases of the plan; never passed while one of them has not been rehearsed. */
    public Verdict verdict() {
        Verdict soFar = verdictSoFar();
        List<String> missing =
                plan.phases().stream().skip(phases.size()).map(Phase::name).toList();
        return soFar.isPassed() && !missing.isEmpty()
                ? new Verdict.Inconclusive(List.of(new Doubt.NotRehearsed(missing)))
                : soFar;
    }

    /** Returns the verdict over the phases that were rehearsed. */
    public Verdict verdictSoFar() {
        return phases.stream().map(PhaseResult::verdict).reduce(new Verdict.Passed(), Verdict::and);
    }
}
