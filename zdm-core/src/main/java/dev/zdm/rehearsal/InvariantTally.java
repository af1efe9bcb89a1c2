package dev.zdm.rehearsal;

import dev.zdm.observation.InvariantOutcome;
import dev.zdm.plan.Invariant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds up the evaluations of each invariant; the rows of the first violation are kept. */
final class InvariantTally {
    private final Map<Key, InvariantOutcome> outcomes = new LinkedHashMap<>();

    private record Key(Invariant invariant, boolean drained) {}

    void add(List<InvariantOutcome> evaluated) {
        for (InvariantOutcome outcome : evaluated) {
            outcomes.merge(new Key(outcome.invariant(), outcome.drained()), outcome, InvariantTally::sum);
        }
    }

    private static InvariantOutcome sum(InvariantOutcome first, InvariantOutcome second) {
        InvariantOutcome shown = first.violations() > 0 ? first : second;
        return new InvariantOutcome(
                first.invariant(),
                first.drained(),
                first.evaluations() + second.evaluations(),
                first.violations() + second.violations(),
                shown.rows(),
                shown.firstRows(),
                first.failure() != null ? first.failure() : second.failure());
    }

    List<InvariantOutcome> outcomes() {
        return List.copyOf(outcomes.values());
    }
}
