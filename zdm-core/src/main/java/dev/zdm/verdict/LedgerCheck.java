package dev.zdm.verdict;

import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.LedgerHistory.Mismatches;
import dev.zdm.observation.Mismatch;
import dev.zdm.observation.OperationError;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.StatementRun;
import dev.zdm.plan.Tolerance;
import dev.zdm.verdict.Checks.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was acknowledged is there, for every version that has traffic. */
final class LedgerCheck {
    private LedgerCheck() {}

    static Outcome check(PhaseHistory history, Tolerance tolerance) {
        List<Finding> findings = new ArrayList<>();
        List<Doubt> doubts = new ArrayList<>();
        for (Mismatches mismatches : history.ledger().mismatches()) {
            findings.add(new WriteLost(mismatches, between(mismatches.first().get(0), history)));
        }
        for (LedgerHistory.Idle idle : history.ledger().idle()) {
            doubts.add(new Doubt.NothingAcknowledged(idle));
        }
        for (LedgerHistory.Unverified unverified : history.ledger().unverified()) {
            List<OperationError> errors = history.errors().stream()
                    .filter(error -> error.operation().equals(unverified.readBack()))
                    .toList();
            if (errors.stream().noneMatch(LedgerCheck::isTold)) {
                doubts.add(new Doubt.NotVerified(unverified, errors.isEmpty() ? null : errors.get(0)));
            }
        }
        return new Outcome(findings, doubts);
    }

    /** Whether the check of errors says so already. */
    private static boolean isTold(OperationError error) {
        return ErrorCheck.isBrokenReadBack(error) || ErrorCheck.isWorseThanBefore(error);
    }

    /** Returns the last statement of the change that ran between a write and the reading that missed it. */
    private static @Nullable StatementRun between(Mismatch mismatch, PhaseHistory history) {
        StatementRun last = null;
        for (StatementRun run : history.statements()) {
            if (overlaps(run, mismatch.written(), mismatch.at())) {
                last = run;
            }
        }
        return last;
    }

    private static boolean overlaps(StatementRun run, Instant from, Instant to) {
        return run.begin().isBefore(to) && run.end().isAfter(from);
    }
}
