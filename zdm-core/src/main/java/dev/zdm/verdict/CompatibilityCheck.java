package dev.zdm.verdict;

import dev.zdm.observation.Compatibility.Cell;
import dev.zdm.observation.Compatibility.Failure;
import dev.zdm.observation.Compatibility.State;
import dev.zdm.observation.OperationError;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.Tolerance;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.Checks.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every operation that the plan's traffic needs works on the schema that a change leaves, and on the one that its rollback
 * leaves, also where the load did not come to show it: because a path of the operation is for some keys only.
 *
 * <p>What the load showed is not told twice. What succeeded under load, but never on the quiet clone, needs something that
 * a quiet clone does not have.
 */
final class CompatibilityCheck {
    private CompatibilityCheck() {}

    static Outcome check(PhaseHistory history, Tolerance tolerance) {
        if (history.changeFailure() != null) {
            return Outcome.of(List.of());
        }
        List<Finding> findings = new ArrayList<>();
        for (Cell cell : history.compatibility().cells()) {
            finding(cell, history).ifPresent(findings::add);
        }
        return Outcome.of(findings);
    }

    private static Optional<Incompatible> finding(Cell cell, PhaseHistory history) {
        if (cell.needed() && workedBefore(cell) && !isTold(cell, history)) {
            for (State state : List.of(State.WARM, State.AFTER)) {
                Failure failure = broken(cell, state)
                        .filter(found -> !isRefuted(cell, state, history))
                        .orElse(null);
                if (failure != null) {
                    return Optional.of(new Incompatible(
                            hazard(state, failure, cell), cell, state, failure, cause(cell, failure, history)));
                }
            }
        }
        return cell.neededUndone() && workedBefore(cell)
                ? broken(cell, State.UNDONE)
                        .map(failure -> new Incompatible(
                                hazard(State.UNDONE, failure, cell), cell, State.UNDONE, failure, undo(history)))
                : Optional.empty();
    }

    private static Optional<Failure> broken(Cell cell, State state) {
        return cell.failure(state).filter(failure -> !cell.in(State.BEFORE).has(failure.sqlState()));
    }

    private static boolean workedBefore(Cell cell) {
        return !cell.ran(State.BEFORE) || cell.in(State.BEFORE).succeeded() > 0;
    }

    private static boolean isTold(Cell cell, PhaseHistory history) {
        return history.errors().stream()
                .anyMatch(error ->
                        error.operation().equals(cell.operation()) && error.count() > error.countBeforeChange());
    }

    private static boolean isRefuted(Cell cell, State state, PhaseHistory history) {
        return cell.in(state).succeeded() == 0
                && history.windows().stream()
                        .filter(window -> window.kind() == WindowKind.AFTER_CHANGE
                                || window.kind().isOfRollOut())
                        .filter(window -> window.flags().equals(cell.flags()))
                        .anyMatch(window -> window.succeeded(cell.operation()) > 0);
    }

    private static Hazard hazard(State state, Failure failure, Cell cell) {
        if (state == State.WARM && failure.sqlState().equals(SqlState.FEATURE_NOT_SUPPORTED)) {
            return Hazard.CACHED_PLAN;
        }
        return cell.operation().version() == VersionRole.OLD ? Hazard.OLD_APP_ERROR : Hazard.NEW_APP_ERROR;
    }

    /** The same rules as for a failure under load after the last statement of the change. */
    private static @Nullable SqlStatement cause(Cell cell, Failure failure, PhaseHistory history) {
        StatementRun last = Findings.lastStatement(history);
        OperationError error = new OperationError(
                cell.operation(),
                failure.sqlState(),
                failure.message(),
                failure.count(),
                0,
                cell.in(State.BEFORE).succeeded(),
                history.begin(),
                history.begin(),
                WindowKind.AFTER_CHANGE,
                cell.in(State.AFTER).succeeded(),
                last,
                failure.statement());
        return ErrorCause.of(error, history);
    }

    private static @Nullable SqlStatement undo(PhaseHistory history) {
        return history.phase()
                .undo()
                .map(undo -> new SqlStatement("", "the rollback, " + undo.describe(), 0))
                .orElse(null);
    }
}
