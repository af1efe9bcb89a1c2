package dev.zdm.verdict;

import dev.zdm.observation.BackfillHistory;
import dev.zdm.observation.BackfillHistory.Harm;
import dev.zdm.observation.BackfillHistory.Rule;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.plan.Demand;
import dev.zdm.verdict.Checks.Outcome;
import java.util.List;
import java.util.Set;

/**
 * A backfill keeps to the rules of backfills.
 *
 * <p>Of a change that only writes data, and that nobody called a backfill, what is wrong is advice: it may be meant to run
 * once.
 */
final class BackfillCheck {
    private BackfillCheck() {}

    static Outcome check(PhaseHistory history, Set<Demand> demands) {
        BackfillHistory backfill = history.backfill();
        List<Finding> findings = !backfill.declared()
                ? List.of()
                : backfill.harms().stream()
                        .filter(harm -> harm.rule() != Rule.GUARDED)
                        .filter(harm -> !isToldByCrashes(harm, demands))
                        .<Finding>map(BrokeBackfillRule::new)
                        .toList();
        return new Outcome(
                findings,
                backfill.declared() && !backfill.isTried()
                        ? List.of(new Doubt.Broke("the rules of backfills", String.join("; ", backfill.untold())))
                        : List.of());
    }

    /** What was stopped at every point where it can be tells more than what was stopped at some. */
    private static boolean isToldByCrashes(Harm harm, Set<Demand> demands) {
        return harm.rule() == Rule.RESUMABLE && demands.contains(Demand.RETRYABLE);
    }

    static void advise(PhaseHistory history, Set<Demand> demands, List<String> advice) {
        BackfillHistory backfill = history.backfill();
        for (Harm harm : backfill.harms()) {
            if (harm.rule() == Rule.GUARDED) {
                advice.add("write only to rows that are not filled yet: " + harm.what());
            } else if (!backfill.declared() && !isToldByCrashes(harm, demands)) {
                advice.add("as a backfill it would be red: " + said(harm) + harm.what());
            }
        }
    }

    private static String said(Harm harm) {
        return switch (harm.rule()) {
            case KEEPS_NEWER_VALUES -> "it overwrites what others write meanwhile: ";
            case IDEMPOTENT -> "run a second time, it does its work again: ";
            case RESUMABLE -> "stopped half-way and run again, it does not come to the same end: ";
            case ENDS -> "it does not end while rows come: ";
            case BOUNDED -> "its transactions grow with the table: ";
            case BRIEF -> "it holds rows for too long: ";
            case GUARDED -> "";
        };
    }
}
