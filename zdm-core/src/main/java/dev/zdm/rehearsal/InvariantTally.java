package dev.zdm.rehearsal;

import dev.zdm.observation.InvariantOutcome;
import dev.zdm.observation.InvariantOutcome.Broken;
import dev.zdm.observation.InvariantOutcome.Failure;
import dev.zdm.observation.InvariantOutcome.When;
import dev.zdm.plan.Invariant;
import dev.zdm.postgres.SqlState;
import dev.zdm.rehearsal.Moment.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds up the evaluations of each invariant; the rows of the first violation are kept. Safe for several threads. */
final class InvariantTally {
    private final Map<Invariant, Sides> sides = new LinkedHashMap<>();
    private final Map<Key, Sum> sums = new LinkedHashMap<>();

    private record Key(Invariant invariant, boolean drained) {}

    /** On which side of the change it could be evaluated, and on which not. */
    private static final class Sides {
        private boolean failedBefore;
        private boolean failedAfter;
        private boolean succeededBefore;
        private boolean succeededAfter;

        private When whenFailed() {
            if (failedBefore && !failedAfter && succeededAfter) {
                return When.BEFORE_CHANGE;
            }
            return failedAfter && !failedBefore && succeededBefore ? When.AFTER_CHANGE : When.ALWAYS;
        }
    }

    private static final class Sum {
        private long evaluations;
        private long violations;
        private @Nullable Broken broken;
        private @Nullable SqlState failed;
        private String message = "";
    }

    /** Adds an evaluation; null: it returned no row. */
    synchronized void add(Invariant invariant, Moment moment, @Nullable Broken broken) {
        Sum sum = sum(invariant, moment);
        sum.evaluations++;
        sum.violations += broken == null ? 0 : 1;
        sum.broken = sum.broken == null ? broken : sum.broken;
        Sides seen = sides(invariant);
        seen.succeededBefore |= !moment.changed();
        seen.succeededAfter |= moment.changed();
    }

    /** Adds an evaluation that failed. */
    synchronized void fail(Invariant invariant, Moment moment, SqlState state, String message) {
        Sum sum = sum(invariant, moment);
        if (sum.failed == null) {
            sum.failed = state;
            sum.message = message;
        }
        Sides seen = sides(invariant);
        seen.failedBefore |= !moment.changed();
        seen.failedAfter |= moment.changed();
    }

    private Sides sides(Invariant invariant) {
        return sides.computeIfAbsent(invariant, first -> new Sides());
    }

    private Sum sum(Invariant invariant, Moment moment) {
        return sums.computeIfAbsent(new Key(invariant, moment.kind() == Kind.DRAINED), first -> new Sum());
    }

    /** Returns what was added since the last call. */
    synchronized List<InvariantOutcome> take() {
        List<InvariantOutcome> outcomes = new ArrayList<>();
        sums.forEach((key, sum) -> outcomes.add(new InvariantOutcome(
                key.invariant(),
                key.drained(),
                sum.evaluations,
                sum.violations,
                sum.broken,
                sum.failed == null
                        ? null
                        : new Failure(
                                sum.failed, sum.message, sides(key.invariant()).whenFailed()))));
        sums.clear();
        sides.clear();
        return outcomes;
    }
}
