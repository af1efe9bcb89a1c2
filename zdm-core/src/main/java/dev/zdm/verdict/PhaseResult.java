package dev.zdm.verdict;

import dev.zdm.observation.PhaseHistory;
import java.util.List;

/**
 * What one phase showed.
 *
 * @param history what was observed
 * @param verdict the verdict
 * @param advice what goes further than the verdict demands, in words
 */
public record PhaseResult(PhaseHistory history, Verdict verdict, List<String> advice) {
    public PhaseResult {
        advice = List.copyOf(advice);
    }

    /** Returns the phase's name. */
    public String name() {
        return history.phase().name();
    }
}
