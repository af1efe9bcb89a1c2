package dev.zdm.verdict;

import dev.zdm.observation.OperationError;
import dev.zdm.observation.Window;
import dev.zdm.postgres.SqlStatement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operation failed.
 *
 * @param hazard what kind of failure
 * @param error the failures
 * @param cause the statement of the change that caused them, as far as that can be told; null: none ran
 * @param steps the steps of the roll-out at which it failed, and those back, in order; empty: it failed at none
 */
public record OperationFailed(
        Hazard hazard, OperationError error, @Nullable SqlStatement cause, List<Window> steps) implements Finding {
    /** Copies the list. */
    public OperationFailed {
        steps = List.copyOf(steps);
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(cause);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.operationFailed(this);
    }
}
