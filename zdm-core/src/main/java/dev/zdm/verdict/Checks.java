package dev.zdm.verdict;

import dev.zdm.observation.CompanyRehearsal;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.plan.Demand;
import dev.zdm.plan.Tolerance;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/** All checks, in the order of gravity. Each is a pure function of the history and the tolerance. */
public final class Checks {
    private static final List<Check> ALL = List.of(
            new Check("the change", ChangeCheck::check),
            new Check("the errors", ErrorCheck::check),
            new Check("the compatibility", CompatibilityCheck::check),
            new Check("the acknowledged writes", LedgerCheck::check),
            new Check("the invariants", InvariantCheck::check),
            new Check("the agreement of both versions", AgreementCheck::check),
            new Check("the footprints", FootprintCheck::check),
            new Check("the lock waits", LockWaitCheck::check),
            new Check("the query plans", PlanCheck::check),
            new Check("the latency", LatencyCheck::check),
            new Check("the replica", ReplicaCheck::check),
            new Check("the coverage", CoverageCheck::check));

    private static final int AFTER_ERRORS = 3;

    private Checks() {}

    /**
     * One check.
     *
     * @param subject what it checks, in words
     * @param rule the check
     */
    private record Check(String subject, BiFunction<PhaseHistory, Tolerance, Outcome> rule) {}

    /**
     * What one check says.
     *
     * @param findings violations
     * @param doubts what it could not tell
     */
    record Outcome(List<Finding> findings, List<Doubt> doubts) {
        Outcome {
            findings = List.copyOf(findings);
            doubts = List.copyOf(doubts);
        }

        static Outcome of(List<Finding> findings) {
            return new Outcome(findings, List.of());
        }
    }

    /** Returns the verdict over a phase of a plan without demands. */
    public static PhaseResult judge(PhaseHistory history, Tolerance tolerance) {
        return judge(history, List.of(), tolerance, Set.of());
    }

    /**
     * Returns the verdict over a phase; a check that throws makes it inconclusive, never passed.
     *
     * @param company what the change did behind long transactions
     * @param demands what the plan asks for beyond what zero-downtime means
     */
    public static PhaseResult judge(
            PhaseHistory history, List<CompanyRehearsal> company, Tolerance tolerance, Set<Demand> demands) {
        List<Check> checks = new ArrayList<>(ALL);
        checks.add(
                AFTER_ERRORS,
                new Check("the untouched data", (observed, allowed) -> UntouchedCheck.check(observed, demands)));
        checks.add(new Check("patience", (observed, allowed) -> new CompanyCheck(observed, company, allowed).check()));
        checks.add(
                new Check("the way back", (observed, allowed) -> new WayBackCheck(observed, allowed, demands).check()));
        checks.add(new Check("the crash points", (observed, allowed) -> RetryCheck.check(observed, demands)));
        checks.add(new Check("the rules of backfills", (observed, allowed) -> BackfillCheck.check(observed, demands)));
        List<Finding> findings = new ArrayList<>();
        List<Doubt> doubts = new ArrayList<>();
        for (Check check : checks) {
            try {
                Outcome outcome = check.rule().apply(history, tolerance);
                findings.addAll(outcome.findings());
                doubts.addAll(outcome.doubts());
            } catch (RuntimeException e) {
                doubts.add(new Doubt.Broke("the check of " + check.subject(), e.toString()));
            }
        }
        List<String> advice = new Advice(history, company, tolerance, demands).list();
        return new PhaseResult(history, company, Verdict.of(findings, doubts), advice);
    }
}
