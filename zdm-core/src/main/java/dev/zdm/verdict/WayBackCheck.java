package dev.zdm.verdict;

import dev.zdm.observation.LedgerHistory.Mismatches;
import dev.zdm.observation.OperationError;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.QuietWayBack;
import dev.zdm.observation.QuietWayBack.Loss;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.WayBack;
import dev.zdm.observation.WayBack.Need;
import dev.zdm.plan.Demand;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.Checks.Outcome;
import dev.zdm.verdict.OnTheWayBack.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A rollback that is there works: it leaves the catalogue and the data as they were, gives up nothing that the plan does
 * not allow, stops and fails no operation, and the change can be carried out again. With {@link Demand#REVERSIBLE} every
 * phase that needs a rollback has one.
 *
 * @param history what was observed; what went wrong on the way forward already is told there
 */
record WayBackCheck(PhaseHistory history, Tolerance tolerance, Set<Demand> demands) {
    private static final List<BiFunction<PhaseHistory, Tolerance, Outcome>> UNDER_LOAD = List.of(
            ChangeCheck::check,
            ErrorCheck::check,
            LedgerCheck::check,
            InvariantCheck::check,
            AgreementCheck::check,
            FootprintCheck::check,
            LockWaitCheck::check,
            ReplicaCheck::check);

    /** Those that could not tell; what an application does not do at all is told of the way forward. */
    private static final List<BiFunction<PhaseHistory, Tolerance, Outcome>> UNPROVEN =
            List.of(InvariantCheck::check, AgreementCheck::check, CoverageCheck::check, ReplicaCheck::check);

    Outcome check() {
        List<Finding> findings = new ArrayList<>();
        List<Doubt> doubts = new ArrayList<>();
        WayBack way = history.wayBack();
        if (way.need() == Need.MISSING && demands.contains(Demand.REVERSIBLE)) {
            findings.add(new PointOfNoReturn(history.phase().name(), first(history)));
        }
        if (way.quiet() != null) {
            quiet(way.quiet(), findings, doubts);
        }
        underLoad(Step.ROLLBACK, way.back(), findings, doubts);
        underLoad(Step.AGAIN, way.again(), findings, doubts);
        return new Outcome(findings, doubts);
    }

    private static @Nullable SqlStatement first(PhaseHistory history) {
        List<StatementRun> runs = history.statements();
        return runs.isEmpty() ? null : runs.get(0).statement();
    }

    private static void quiet(QuietWayBack quiet, List<Finding> findings, List<Doubt> doubts) {
        failed(Step.ROLLBACK, quiet.failure(), findings);
        if (!quiet.notRestored().isEmpty()) {
            findings.add(new NotRestored(Step.ROLLBACK, quiet.notRestored(), quiet.last()));
        }
        List<Loss> losses =
                quiet.losses().stream().filter(loss -> !loss.allowed()).toList();
        if (!losses.isEmpty()) {
            findings.add(new LostByRollback(losses, quiet.last()));
        }
        for (Mismatches mismatches : quiet.ledger().mismatches()) {
            findings.add(new OnTheWayBack(Step.ROLLBACK, new WriteLost(mismatches, null)));
        }
        failed(Step.AGAIN, quiet.failureAgain(), findings);
        if (!quiet.notRepeated().isEmpty()) {
            findings.add(new NotRestored(Step.AGAIN, quiet.notRepeated(), null));
        }
        if (quiet.unknown() != null) {
            doubts.add(new Doubt.Broke("the inspection of the way back", quiet.unknown()));
        }
    }

    private static void failed(Step step, @Nullable StatementRun failure, List<Finding> findings) {
        if (failure != null) {
            findings.add(new OnTheWayBack(step, new ChangeFailed(Hazard.CHANGE_FAILED, failure)));
        }
    }

    private void underLoad(Step step, @Nullable PhaseHistory part, List<Finding> findings, List<Doubt> doubts) {
        if (part == null) {
            return;
        }
        Set<Object> known = known();
        UNDER_LOAD.stream()
                .flatMap(check -> check.apply(part, tolerance).findings().stream())
                .filter(finding -> !isKnown(finding, known))
                .forEach(finding -> findings.add(new OnTheWayBack(step, finding)));
        UNPROVEN.forEach(check -> doubts.addAll(check.apply(part, tolerance).doubts()));
    }

    /** A failure of an operation; equal ones are told once. */
    private record Failure(OperationName operation, SqlState sqlState) {
        static Failure of(OperationError error) {
            return new Failure(error.operation(), error.sqlState());
        }
    }

    /** Returns the failures, and the statements with findings, of the way forward. */
    private Set<Object> known() {
        Set<Object> known = new HashSet<>();
        history.errors().stream().map(Failure::of).forEach(known::add);
        Stream.concat(
                        FootprintCheck.check(history, tolerance).findings().stream(),
                        LockWaitCheck.check(history, tolerance).findings().stream())
                .flatMap(finding -> finding.culprit().stream())
                .forEach(known::add);
        return known;
    }

    private static boolean isKnown(Finding finding, Set<Object> known) {
        if (finding instanceof OperationFailed failed) {
            return known.contains(Failure.of(failed.error()));
        }
        return isOfStatement(finding) && known.contains(finding.culprit().orElse(null));
    }

    /** What a statement does to the application is told once. */
    private static boolean isOfStatement(Finding finding) {
        return finding instanceof WaitedForMigration
                || finding instanceof Rewrote
                || finding instanceof WorkedUnderLock;
    }
}
