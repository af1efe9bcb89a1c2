package dev.zdm.assertions;

import dev.zdm.observation.OperationName;
import dev.zdm.plan.VersionRole;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.PhaseResult;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on what one phase showed.
 *
 * <p>What a run could not tell does not hold: an assertion about the load also fails if no operation ran, and with every
 * doubt of the verdict that touches it.
 */
public class PhaseResultAssert extends AbstractAssert<PhaseResultAssert, PhaseResult> {
    /**
     * Begins assertions; {@link ZdmAssertions#assertThat(PhaseResult)} is shorter.
     *
     * @param actual the result of the phase
     */
    protected PhaseResultAssert(@Nullable PhaseResult actual) {
        super(actual, PhaseResultAssert.class);
    }

    /**
     * Verifies that the verdict is passed: nothing waited, nothing failed, nothing drifted.
     *
     * @return this
     */
    public PhaseResultAssert isZeroDowntime() {
        isNotNull();
        if (!actual.verdict().isPassed()) {
            failWithMessage("%s", TextReport.verdict(actual).stripTrailing());
        }
        return this;
    }

    /**
     * Verifies that the verdict is violated: there is at least one finding.
     *
     * @return this
     */
    public PhaseResultAssert isViolated() {
        return demand(phase -> VerdictDemands.violated(phase.verdict(), TextReport.verdict(phase)));
    }

    /**
     * Verifies that the verdict is inconclusive: there is no finding, but the run could not tell.
     *
     * @return this
     */
    public PhaseResultAssert isInconclusive() {
        return demand(phase -> VerdictDemands.inconclusive(phase.verdict(), TextReport.verdict(phase)));
    }

    /**
     * Verifies that the change succeeded and no operation failed from the change on.
     *
     * @return this
     */
    public PhaseResultAssert hasNoErrors() {
        return demand(Demands::noErrors);
    }

    /**
     * Verifies that the migration made no operation of the application wait longer than this.
     *
     * <p>The limit is exact, unlike the verdict's, which allows for the imprecision of a {@code lock_timeout}. Only the
     * part of a wait counts that the migration caused.
     *
     * @param limit the longest wait allowed, zero or more
     * @return this
     */
    public PhaseResultAssert hasNoLockWaitLongerThan(Duration limit) {
        return demand(phase -> Demands.noLockWaitLongerThan(limit, phase));
    }

    /**
     * Verifies that no data drifted and none was lost, and that something could show it: an invariant was evaluated, both
     * versions were compared, or a write was read back.
     *
     * @return this
     */
    public PhaseResultAssert hasNoDrift() {
        return demand(phase -> Demands.noDrift(phase).or(() -> Demands.anyComparison(List.of(phase))));
    }

    /**
     * Verifies that 99 of 100 runs of each operation ended within this time, in every window from the change on.
     *
     * @param limit the highest 99th percentile allowed, measured from the moment the operation should have started
     * @return this
     */
    public PhaseResultAssert hasP99LatencyWithin(Duration limit) {
        return demand(phase -> Demands.p99LatencyWithin(limit, phase));
    }

    /**
     * Verifies that at least one finding is about this hazard.
     *
     * @param hazard the hazard
     * @return this
     */
    public PhaseResultAssert hasFinding(Hazard hazard) {
        return demand(phase -> VerdictDemands.finding(hazard, phase.verdict(), TextReport.verdict(phase)));
    }

    /**
     * Verifies that there are findings about each of these hazards and about no other.
     *
     * @param first a hazard
     * @param others more hazards, in any order
     * @return this
     */
    public PhaseResultAssert hasOnlyFindings(Hazard first, Hazard... others) {
        return demand(phase ->
                VerdictDemands.onlyFindings(EnumSet.of(first, others), phase.verdict(), TextReport.verdict(phase)));
    }

    /**
     * Verifies that an operation succeeded at least once in this phase.
     *
     * @param version the application version
     * @param operation the operation's name
     * @return this
     */
    public PhaseResultAssert ranOperation(VersionRole version, String operation) {
        return demand(phase -> Coverage.ran(new OperationName(version, operation), phase.history()));
    }

    private PhaseResultAssert demand(Function<PhaseResult, Optional<String>> demand) {
        isNotNull();
        demand.apply(actual).ifPresent(objection -> failWithMessage("%s", FailureText.of(actual, objection)));
        return this;
    }
}
