package dev.zdm.observation;

import dev.zdm.plan.Invariant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the evaluations of one invariant in one phase said.
 *
 * @param invariant the invariant
 * @param drained whether the load was drained, or running
 * @param evaluations how often it was evaluated
 * @param violations in how many evaluations it returned rows
 * @param rows how many rows it returned at the first violation
 * @param firstRows the first of these rows, as {@code column=value, …}
 * @param failure why it could not be evaluated; null: it could
 */
public record InvariantOutcome(
        Invariant invariant,
        boolean drained,
        long evaluations,
        long violations,
        long rows,
        List<String> firstRows,
        @Nullable String failure) {
    public InvariantOutcome {
        Objects.requireNonNull(invariant);
        firstRows = List.copyOf(firstRows);
    }
}
