package dev.zdm.verdict;

import dev.zdm.observation.CompanyRehearsal;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.OperationError;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.StatementRun;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.Checks.Outcome;
import dev.zdm.verdict.OnTheWayBack.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Behind a long transaction the change makes no operation wait longer than allowed, fails none, and leaves nothing half
 * done.
 *
 * <p>A change that gives up because it does not get its lock in time has harmed nobody: that it did not get through is
 * told as advice, for a report can always last longer than any patience.
 *
 * @param alone what was observed without company: what went wrong there already is told there
 */
record CompanyCheck(PhaseHistory alone, List<CompanyRehearsal> company, Tolerance tolerance) {
    /** A statement that a time-out or a cancel ended. */
    private static final Set<SqlState> GAVE_UP = Set.of(SqlState.LOCK_NOT_AVAILABLE, SqlState.QUERY_CANCELED);

    Outcome check() {
        List<Finding> findings = new ArrayList<>();
        List<Doubt> doubts = new ArrayList<>();
        for (CompanyRehearsal rehearsal : company) {
            List<Finding> found = new ArrayList<>();
            failure(rehearsal, found);
            waits(rehearsal, found);
            errors(rehearsal, found);
            rehearsal
                    .history()
                    .invalidIndexes()
                    .forEach(index ->
                            found.add(new InvalidIndexLeft(index, Findings.lastStatement(rehearsal.history()))));
            found.forEach(finding -> findings.add(told(rehearsal, finding)));
            doubts.addAll(CoverageCheck.check(rehearsal.history(), tolerance).doubts());
        }
        return new Outcome(findings, doubts);
    }

    private static Finding told(CompanyRehearsal rehearsal, Finding finding) {
        InCompany inCompany = new InCompany(rehearsal, finding);
        return rehearsal.ofRollback() ? new OnTheWayBack(Step.ROLLBACK, inCompany) : inCompany;
    }

    /** Returns what was observed of the same change without company. */
    private PhaseHistory alone(CompanyRehearsal rehearsal) {
        PhaseHistory back = alone.wayBack().back();
        return rehearsal.ofRollback() && back != null ? back : alone;
    }

    /** Returns whether the change ended by itself because it did not get a lock in time. */
    static boolean gaveUp(CompanyRehearsal rehearsal, Tolerance tolerance) {
        StatementRun failed = rehearsal.history().changeFailure();
        return failed != null
                && failed.failure() != null
                && GAVE_UP.contains(failed.failure().sqlState())
                && failed.duration().compareTo(tolerance.changeTime()) < 0;
    }

    private void failure(CompanyRehearsal rehearsal, List<Finding> into) {
        StatementRun failed = rehearsal.history().changeFailure();
        if (failed != null && !gaveUp(rehearsal, tolerance)) {
            into.add(new ChangeFailed(Hazard.CHANGE_FAILED, failed));
        }
    }

    /** Whatever the change holds or asks for while it waits for the long transaction: the application queues behind it. */
    private void waits(CompanyRehearsal rehearsal, List<Finding> into) {
        PhaseHistory history = rehearsal.history();
        Set<SqlStatement> slowAlone = slowAlone(alone(rehearsal));
        Duration limit = LockWaitCheck.limit(tolerance);
        Map<@Nullable SqlStatement, List<LockWait>> tooLong = new LinkedHashMap<>();
        for (LockWait wait : Findings.causedByMigration(history)) {
            boolean told = wait.cause() == LockWait.Cause.MIGRATION && slowAlone.contains(wait.culprit());
            if (!told && Findings.fault(wait, history).compareTo(limit) > 0) {
                tooLong.computeIfAbsent(wait.culprit(), culprit -> new ArrayList<>())
                        .add(wait);
            }
        }
        tooLong.values()
                .forEach(waits -> into.add(new WaitedForMigration(Hazard.LOCK_QUEUE, waits, tolerance.lockWait())));
    }

    private Set<SqlStatement> slowAlone(PhaseHistory same) {
        List<Finding> findings =
                new ArrayList<>(FootprintCheck.check(same, tolerance).findings());
        findings.addAll(LockWaitCheck.check(same, tolerance).findings());
        return findings.stream().flatMap(finding -> finding.culprit().stream()).collect(Collectors.toSet());
    }

    private record Failure(OperationName operation, SqlState sqlState) {
        static Failure of(OperationError error) {
            return new Failure(error.operation(), error.sqlState());
        }
    }

    private void errors(CompanyRehearsal rehearsal, List<Finding> into) {
        Set<Failure> known = alone(rehearsal).errors().stream().map(Failure::of).collect(Collectors.toSet());
        ErrorCheck.check(rehearsal.history(), tolerance).findings().stream()
                .filter(finding ->
                        !(finding instanceof OperationFailed failed) || !known.contains(Failure.of(failed.error())))
                .forEach(into::add);
    }
}
