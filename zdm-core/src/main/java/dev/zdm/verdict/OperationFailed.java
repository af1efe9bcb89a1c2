package dev.zdm.verdict;

import dev.zdm.observation.OperationError;
import dev.zdm.postgres.SqlStatement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operation failed.
 *
 * @param hazard what kind of failure
 * @param error the failures
 * @param cause the statement of the change that caused them, as far as that can be told; null: none ran
 */
public record OperationFailed(
        Hazard hazard, OperationError error, @Nullable SqlStatement cause) implements Finding {
    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(cause);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.operationFailed(this);
    }
}
