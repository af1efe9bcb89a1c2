package dev.zdm.verdict;

import dev.zdm.observation.CompanyRehearsal;
import dev.zdm.observation.PhaseHistory;
import java.time.Duration;
import java.util.List;

/**
 * What one phase showed.
 *
 * @param history what was observed
 * @param company what was observed when the change was rehearsed again behind long transactions; empty unless demanded
 * @param verdict the verdict
 * @param advice what goes further than the verdict demands, in words
 */
public record PhaseResult(PhaseHistory history, List<CompanyRehearsal> company, Verdict verdict, List<String> advice) {
    public PhaseResult {
        company = List.copyOf(company);
        advice = List.copyOf(advice);
    }

    /** Makes the result of a phase without company. */
    public PhaseResult(PhaseHistory history, Verdict verdict, List<String> advice) {
        this(history, List.of(), verdict, advice);
    }

    /** Returns how long it was rehearsed, behind long transactions too. */
    public Duration length() {
        return company.stream().map(rehearsal -> rehearsal.history().length()).reduce(history.length(), Duration::plus);
    }

    /** Returns the phase's name. */
    public String name() {
        return history.phase().name();
    }
}
