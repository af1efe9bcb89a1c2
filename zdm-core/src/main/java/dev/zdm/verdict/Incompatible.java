package dev.zdm.verdict;

import dev.zdm.observation.Compatibility.Cell;
import dev.zdm.observation.Compatibility.Failure;
import dev.zdm.observation.Compatibility.State;
import dev.zdm.postgres.SqlStatement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operation that the plan's traffic needs fails on the schema after the change or after its rollback, on a quiet clone;
 * the load did not come to show it.
 *
 * @param hazard what kind of failure
 * @param cell the operation and what it did in each state
 * @param state the state in which it fails
 * @param failure how it fails there
 * @param cause the statement that brought the state about, as far as that can be told; null: it cannot
 */
public record Incompatible(
        Hazard hazard,
        Cell cell,
        State state,
        Failure failure,
        @Nullable SqlStatement cause) implements Finding {
    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(cause);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.incompatible(this);
    }
}
