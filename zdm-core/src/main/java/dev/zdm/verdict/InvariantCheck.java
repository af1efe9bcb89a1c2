package dev.zdm.verdict;

import dev.zdm.observation.InvariantOutcome;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.Tolerance;
import dev.zdm.verdict.Checks.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Every invariant holds; what is still broken when the load is drained is told once, by the drained evaluation. */
final class InvariantCheck {
    private InvariantCheck() {}

    static Outcome check(PhaseHistory history, Tolerance tolerance) {
        List<Finding> findings = new ArrayList<>();
        List<Doubt> doubts = new ArrayList<>();
        Set<Invariant> told = new HashSet<>();
        for (boolean drained : new boolean[] {true, false}) {
            for (InvariantOutcome outcome : history.invariants()) {
                if (outcome.drained() == drained) {
                    judge(outcome, history, told, findings, doubts);
                }
            }
        }
        return new Outcome(findings, doubts);
    }

    private static void judge(
            InvariantOutcome outcome,
            PhaseHistory history,
            Set<Invariant> told,
            List<Finding> findings,
            List<Doubt> doubts) {
        if (outcome.violations() > 0 && told.add(outcome.invariant())) {
            findings.add(new InvariantBroken(outcome, Findings.lastStatement(history)));
        } else if (outcome.failure() != null && told.add(outcome.invariant())) {
            doubts.add(new Doubt.InvariantFailed(outcome));
        }
    }
}
