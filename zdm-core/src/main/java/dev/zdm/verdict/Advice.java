package dev.zdm.verdict;

import dev.zdm.observation.CompanyRehearsal;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.OperationError;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.WayBack;
import dev.zdm.plan.Demand;
import dev.zdm.plan.Tolerance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What goes further than the verdict demands.
 *
 * @param company what the change did behind long transactions
 * @param demands what the plan demands, and is no advice any more
 */
record Advice(PhaseHistory history, List<CompanyRehearsal> company, Tolerance tolerance, Set<Demand> demands) {
    List<String> list() {
        List<String> advice = new ArrayList<>();
        if (!demands.contains(Demand.PATIENT)) {
            impatient(advice);
        }
        gaveUp(advice);
        if (!demands.contains(Demand.REVERSIBLE)) {
            noRollback(advice);
        }
        ReplicaCheck.advise(history, tolerance, advice);
        new UntouchedCheck(history, demands).advice(advice);
        BackfillCheck.advise(history, demands, advice);
        failedBefore(history, advice);
        notTriedAgain(advice);
        return advice;
    }

    private void impatient(List<String> advice) {
        for (Footprint footprint : history.footprints()) {
            boolean blocks = footprint.seenFrom() != Footprint.SeenFrom.ONE_OF_MANY
                    && footprint.locks().stream()
                            .anyMatch(lock -> lock.mode().blocksWriters()
                                    && history.use().during(footprint).used().contains(lock.relation()));
            Duration timeout = footprint.lockTimeout();
            String place = footprint.statement().position();
            if (blocks && timeout.isZero()) {
                advice.add("set a lock_timeout and retry: behind a long transaction " + place
                        + " would wait without limit, and the application would queue behind it");
                return;
            }
            if (blocks && timeout.compareTo(LockWaitCheck.limit(tolerance)) > 0) {
                advice.add("shorten the lock_timeout of " + timeout.toMillis() + " ms: behind a long transaction "
                        + place + " would wait that long, and the application would queue behind it");
                return;
            }
        }
    }

    private void gaveUp(List<String> advice) {
        company.stream()
                .filter(rehearsal -> CompanyCheck.gaveUp(rehearsal, tolerance))
                .forEach(rehearsal -> advice.add("behind "
                        + rehearsal.company().label()
                        + (rehearsal.ofRollback() ? " the rollback" : " the change")
                        + " gave up and did not get through: give it more tries, or run it again when the long "
                        + "transaction is over"));
    }

    private void noRollback(List<String> advice) {
        WayBack way = history.wayBack();
        if (way.need() == WayBack.Need.MISSING && way.behind() == null) {
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

    /** A change in one transaction is done or not; of others only crashes show what a second run makes of the half. */
    private void notTriedAgain(List<String> advice) {
        long transactions = history.footprints().stream()
                .map(Footprint::transaction)
                .distinct()
                .count();
        if (transactions > 1
                && !demands.contains(Demand.RETRYABLE)
                && history.backfill().tried().stops() == 0) {
            advice.add(
                    "the change commits more than once and was not stopped half-way: demand 'retryable' to see whether"
                            + " it can be carried out again after a crash (docs/crash.md)");
        }
    }
}
