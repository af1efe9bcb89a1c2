package dev.zdm.verdict;

import dev.zdm.observation.OperationError;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.Window;
import dev.zdm.plan.Tolerance;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.SqlState;
import dev.zdm.verdict.Checks.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * No operation fails.
 *
 * <p>What failed now and then before the change began is the application's own affair and goes into the advice; what
 * always failed then leaves nothing to judge.
 */
final class ErrorCheck {
    private static final double CLEARLY = 0.1;

    private ErrorCheck() {}

    static Outcome check(PhaseHistory history, Tolerance tolerance) {
        List<OperationFailed> findings = new ArrayList<>();
        List<Doubt> doubts = new ArrayList<>();
        for (OperationError error : history.errors()) {
            if (isBrokenReadBack(error)) {
                doubts.add(new Doubt.ReadBackFailed(error));
            } else if (error.countBeforeChange() > 0 && neverWorked(error)) {
                doubts.add(new Doubt.FailedBeforeChange(error));
            } else if (isWorseThanBefore(error)) {
                findings.add(new OperationFailed(
                        hazard(error), error, ErrorCause.of(error, history), steps(error, history)));
            }
        }
        findings.removeIf(finding -> isToldByAnOperation(finding, findings));
        return new Outcome(List.copyOf(findings), doubts);
    }

    /** Returns the steps of the roll-out, and back, at which it failed. */
    private static List<Window> steps(OperationError error, PhaseHistory history) {
        return history.windows().stream()
                .filter(window -> window.kind().isOfRollOut() && window.failed(error.operation()) > 0)
                .toList();
    }

    /** What keeps a fact from being read keeps an operation from its work, as a rule. */
    private static boolean isToldByAnOperation(OperationFailed failed, List<OperationFailed> findings) {
        return failed.error().operation().isReadBack()
                && findings.stream()
                        .map(OperationFailed::error)
                        .anyMatch(other -> !other.operation().isReadBack()
                                && other.operation().version()
                                        == failed.error().operation().version()
                                && other.sqlState().equals(failed.error().sqlState()));
    }

    /** Whether a method that reads a fact never could, also where no change is to blame: its version came later. */
    static boolean isBrokenReadBack(OperationError error) {
        return error.operation().isReadBack()
                && error.sqlState().equals(SqlState.UNKNOWN)
                && error.succeeded() == 0
                && error.succeededBeforeChange() == 0;
    }

    private static boolean neverWorked(OperationError error) {
        boolean changed = error.count() > error.countBeforeChange();
        return error.succeededBeforeChange() == 0 && (changed || error.succeeded() == 0);
    }

    /** Whether it fails since the change began, and did not before, or clearly less often. */
    static boolean isWorseThanBefore(OperationError error) {
        long after = error.count() - error.countBeforeChange();
        double shareBefore = share(error.countBeforeChange(), error.succeededBeforeChange());
        return after > 0
                && (error.countBeforeChange() == 0
                        || error.succeeded() == 0
                        || share(after, error.succeeded()) > 2 * shareBefore + CLEARLY);
    }

    private static double share(long failed, long succeeded) {
        return failed == 0 ? 0 : (double) failed / (failed + succeeded);
    }

    /**
     * Whether a prepared statement met another result type. A proxy that prepares it again on another backend, as PgBouncer
     * from version 1.21 on, lets its client ask for the columns there were: the server takes that for a broken protocol.
     */
    private static boolean isOfAPreparedStatement(OperationError error) {
        boolean planned = error.sqlState().equals(SqlState.FEATURE_NOT_SUPPORTED)
                && error.message().contains("cached plan");
        boolean bound = error.sqlState().equals(SqlState.PROTOCOL_VIOLATION)
                && error.message().contains("result formats but query has");
        return planned || bound;
    }

    private static Hazard hazard(OperationError error) {
        if (isOfAPreparedStatement(error)) {
            return Hazard.CACHED_PLAN;
        }
        if (error.sqlState().equals(SqlState.DEADLOCK_DETECTED)) {
            return Hazard.DEADLOCK;
        }
        if (ErrorCause.isConflictOnReplica(error)) {
            return Hazard.REPLICA_CONFLICT;
        }
        return error.operation().version() == VersionRole.OLD ? Hazard.OLD_APP_ERROR : Hazard.NEW_APP_ERROR;
    }
}
