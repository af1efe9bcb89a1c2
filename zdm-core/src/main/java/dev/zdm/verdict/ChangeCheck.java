package dev.zdm.verdict;

import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.StatementRun;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.SqlState;
import dev.zdm.verdict.Checks.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The change succeeds, alone and under load, and leaves no invalid index. */
final class ChangeCheck {
    private static final Set<SqlState> REFUSE_TRANSACTIONS = Set.of(
            SqlState.ACTIVE_SQL_TRANSACTION,
            SqlState.UNSAFE_NEW_ENUM_VALUE_USAGE,
            SqlState.INVALID_TRANSACTION_TERMINATION);

    private ChangeCheck() {}

    static Outcome check(PhaseHistory history, Tolerance tolerance) {
        List<Finding> findings = new ArrayList<>();
        List<Doubt> doubts = new ArrayList<>();
        StatementRun failed = history.changeFailure();
        if (failed != null) {
            findings.add(new ChangeFailed(hazard(failed), failed));
        } else if (history.inspectionFailure() != null) {
            doubts.add(new Doubt.Broke("the inspection", history.inspectionFailure()));
        }
        StatementRun last = Findings.lastStatement(history);
        history.invalidIndexes().forEach(index -> findings.add(new InvalidIndexLeft(index, last)));
        return new Outcome(findings, doubts);
    }

    private static Hazard hazard(StatementRun failed) {
        StatementRun.Failure failure = failed.failure();
        SqlState code = failure == null ? SqlState.UNKNOWN : failure.sqlState();
        if (REFUSE_TRANSACTIONS.contains(code)) {
            return Hazard.NON_TRANSACTIONAL;
        }
        return code.equals(SqlState.DEADLOCK_DETECTED) ? Hazard.DEADLOCK : Hazard.CHANGE_FAILED;
    }
}
