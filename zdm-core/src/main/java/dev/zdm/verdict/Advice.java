package dev.zdm.verdict;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.OperationError;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.plan.Change;
import java.util.ArrayList;
import java.util.List;

/** What goes further than the verdict demands. */
final class Advice {
    private Advice() {}

    static List<String> of(PhaseHistory history) {
        List<String> advice = new ArrayList<>();
        noLockTimeout(history, advice);
        noRollback(history, advice);
        failedBefore(history, advice);
        return advice;
    }

    private static void noLockTimeout(PhaseHistory history, List<String> advice) {
        for (Footprint footprint : history.footprints()) {
            boolean blocks = footprint.locks().stream()
                    .anyMatch(lock ->
                            lock.mode().blocksWriters() && history.use().used().contains(lock.relation()));
            if (blocks && footprint.lockTimeout().isZero()) {
                advice.add("set a lock_timeout and retry: behind a long transaction "
                        + footprint.statement().position()
                        + " would wait without limit, and the application would queue behind it");
                return;
            }
        }
    }

    private static void noRollback(PhaseHistory history, List<String> advice) {
        if (!(history.phase().change() instanceof Change.None)
                && history.phase().undo().isEmpty()) {
            advice.add("this phase has no rollback: it is a point of no return");
        }
    }

    private static void failedBefore(PhaseHistory history, List<String> advice) {
        for (OperationError error : history.errors()) {
            if (error.countBeforeChange() > 0
                    && error.succeededBeforeChange() > 0
                    && !ErrorCheck.isWorseThanBefore(error)) {
                advice.add("operation " + error.operation() + " failed with SQLSTATE " + error.sqlState()
                        + " already before the change, " + error.countBeforeChange() + " times: " + error.message());
            }
        }
    }
}
