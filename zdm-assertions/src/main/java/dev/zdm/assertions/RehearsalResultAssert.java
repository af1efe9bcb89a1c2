package dev.zdm.assertions;

import dev.zdm.plan.Phase;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on what a rehearsal showed, over the phases that were rehearsed.
 *
 * <p>With no phase rehearsed, nothing is proven and every assertion about what did not happen fails.
 */
public class RehearsalResultAssert extends AbstractAssert<RehearsalResultAssert, RehearsalResult> {
    private static final String EVERY_PHASE = "every phase of the plan is rehearsed: ";

    private Function<PhaseResult, PhaseResultAssert> assertThatPhase = PhaseResultAssert::new;

    /**
     * Begins assertions; {@link ZdmAssertions#assertThat(RehearsalResult)} is shorter.
     *
     * @param actual the result of the rehearsal
     */
    protected RehearsalResultAssert(@Nullable RehearsalResult actual) {
        super(actual, RehearsalResultAssert.class);
    }

    final RehearsalResultAssert with(Function<PhaseResult, PhaseResultAssert> phaseAsserts) {
        assertThatPhase = phaseAsserts;
        return this;
    }

    /**
     * Verifies that every phase of the plan was rehearsed and is passed.
     *
     * @return this
     */
    public RehearsalResultAssert isZeroDowntime() {
        isNotNull();
        if (!actual.verdictSoFar().isPassed()) {
            failWithMessage(
                    "%s",
                    verdicts(actual.phases().stream()
                            .filter(phase -> !phase.verdict().isPassed())
                            .toList()));
        }
        return demand(RehearsalResultAssert::everyPhase);
    }

    /**
     * Verifies that the verdict is violated: there is at least one finding.
     *
     * @return this
     */
    public RehearsalResultAssert isViolated() {
        return demand(result -> VerdictDemands.violated(result.verdict(), verdicts(result.phases())));
    }

    /**
     * Verifies that the verdict is inconclusive: there is no finding, but the run could not tell.
     *
     * @return this
     */
    public RehearsalResultAssert isInconclusive() {
        return demand(result -> VerdictDemands.inconclusive(result.verdictSoFar(), verdicts(result.phases())));
    }

    /**
     * Verifies that every change succeeded and no operation failed because of one.
     *
     * @return this
     * @see PhaseResultAssert#hasNoErrors()
     */
    public RehearsalResultAssert hasNoErrors() {
        return demandOfPhases(Demands::noErrors);
    }

    /**
     * Verifies that the migration made no operation of the application wait longer than this.
     *
     * @param limit the longest wait allowed, zero or more
     * @return this
     * @see PhaseResultAssert#hasNoLockWaitLongerThan(Duration)
     */
    public RehearsalResultAssert hasNoLockWaitLongerThan(Duration limit) {
        return demandOfPhases(phase -> Demands.noLockWaitLongerThan(limit, phase));
    }

    /**
     * Verifies that no data drifted in any phase and none was lost, and that something could show it in one of them.
     *
     * @return this
     * @see PhaseResultAssert#hasNoDrift()
     */
    public RehearsalResultAssert hasNoDrift() {
        demandOfPhases(Demands::noDrift);
        return demand(result -> Demands.anyComparison(result.phases()));
    }

    /**
     * Verifies that at least one finding of some phase is about this hazard.
     *
     * @param hazard the hazard
     * @return this
     */
    public RehearsalResultAssert hasFinding(Hazard hazard) {
        return demand(result -> VerdictDemands.finding(hazard, result.verdict(), verdicts(result.phases())));
    }

    /**
     * Verifies that there are findings about each of these hazards and about no other.
     *
     * @param first a hazard
     * @param others more hazards, in any order
     * @return this
     */
    public RehearsalResultAssert hasOnlyFindings(Hazard first, Hazard... others) {
        return demand(result ->
                VerdictDemands.onlyFindings(EnumSet.of(first, others), result.verdict(), verdicts(result.phases())));
    }

    /**
     * Verifies that exactly these phases were rehearsed, in this order.
     *
     * @param names the names of the phases
     * @return this
     */
    public RehearsalResultAssert hasRehearsedPhases(String... names) {
        return demand(result -> rehearsed(List.of(names), "these phases are rehearsed: ", result));
    }

    /**
     * Goes on with the assertions on one phase.
     *
     * <p>Fails at once, in soft assertions too, if the phase was not rehearsed: there is nothing to go on with.
     *
     * @param name the phase's name
     * @return the assertions on what the phase showed
     */
    public final PhaseResultAssert phase(String name) {
        isNotNull();
        Optional<PhaseResult> phase = actual.phases().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst();
        if (phase.isEmpty()) {
            fail(FailureText.keys("phase '" + name + "' is rehearsed", list(rehearsed(actual)), whyNot(name, actual)));
        }
        return assertThatPhase.apply(phase.orElseThrow());
    }

    private static Optional<String> everyPhase(RehearsalResult result) {
        List<String> planned = result.plan().phases().stream().map(Phase::name).toList();
        return planned.isEmpty() ? Optional.of(noPhase()) : rehearsed(planned, EVERY_PHASE, result);
    }

    private static Optional<String> rehearsed(List<String> names, String expected, RehearsalResult result) {
        List<String> found = rehearsed(result);
        return found.equals(names)
                ? Optional.empty()
                : Optional.of(FailureText.keys(expected + list(names), list(found)));
    }

    private static List<String> rehearsed(RehearsalResult result) {
        return result.phases().stream().map(PhaseResult::name).toList();
    }

    private static String list(List<String> names) {
        return names.isEmpty()
                ? "none"
                : names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    }

    private static String noPhase() {
        return FailureText.keys("at least one phase is rehearsed", "none, so nothing is proven");
    }

    private static String whyNot(String name, RehearsalResult result) {
        List<String> planned = result.plan().phases().stream().map(Phase::name).toList();
        return planned.contains(name)
                ? "see why the rehearsal ended before this phase"
                : "name a phase of the plan: " + list(planned);
    }

    private static String verdicts(List<PhaseResult> phases) {
        return phases.isEmpty()
                ? "no phase was rehearsed"
                : phases.stream()
                        .map(phase -> TextReport.verdict(phase).stripTrailing())
                        .collect(Collectors.joining("\n\n"));
    }

    private RehearsalResultAssert demandOfPhases(Function<PhaseResult, Optional<String>> demand) {
        isNotNull();
        String objections = actual.phases().stream()
                .flatMap(phase -> demand.apply(phase).map(objection -> FailureText.of(phase, objection)).stream())
                .collect(Collectors.joining("\n\n"));
        if (!objections.isEmpty()) {
            failWithMessage("%s", objections);
        }
        return demand(result -> result.phases().isEmpty() ? Optional.of(noPhase()) : Optional.empty());
    }

    private RehearsalResultAssert demand(Function<RehearsalResult, Optional<String>> demand) {
        isNotNull();
        demand.apply(actual).ifPresent(this::fail);
        return this;
    }

    private void fail(String objection) {
        failWithMessage("%s", FailureText.of("Rehearsal of '" + actual.plan().name() + "'", objection));
    }
}
