package dev.zdm.verdict;

import dev.zdm.observation.Hiccup;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.StatementRun;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What checks and assertions ask of a history. */
public final class Findings {
    private Findings() {}

    static @Nullable StatementRun lastStatement(PhaseHistory history) {
        List<StatementRun> runs = history.statements();
        return runs.isEmpty() ? null : runs.get(runs.size() - 1);
    }

    /** Returns the waits of application sessions that the migration caused, longest first. */
    public static List<LockWait> causedByMigration(PhaseHistory history) {
        return history.lockWaits().stream()
                .filter(wait -> wait.waiter().version().isPresent() && wait.cause() != LockWait.Cause.CONTENTION)
                .sorted(Comparator.comparing(LockWait::causedDuration).reversed())
                .toList();
    }

    /** Returns the waits that these statements caused, longest first. */
    static List<LockWait> causedBy(Set<SqlStatement> statements, PhaseHistory history) {
        return causedByMigration(history).stream()
                .filter(wait -> wait.culprit() != null && statements.contains(wait.culprit()))
                .toList();
    }

    /** Returns how long a wait was the migration's fault: without the times at which the machine stood still. */
    public static Duration fault(LockWait wait, PhaseHistory history) {
        Duration fault = wait.causedDuration();
        for (Hiccup hiccup : history.hiccups()) {
            fault = fault.minus(hiccup.within(wait.begin(), wait.begin().plus(wait.duration())));
        }
        return fault.isNegative() ? Duration.ZERO : fault;
    }

    /** Returns what a wait that the migration caused is an instance of. */
    public static Hazard hazard(LockWait wait) {
        return wait.cause() == LockWait.Cause.LOCK_QUEUE ? Hazard.LOCK_QUEUE : Hazard.LOCK_WAIT;
    }
}
