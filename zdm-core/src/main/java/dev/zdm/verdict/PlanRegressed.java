package dev.zdm.verdict;

import dev.zdm.observation.TableAccess;
import dev.zdm.postgres.SqlStatement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A statement of an operation used an index before the change and reads the whole table after it.
 *
 * @param access how it read the table before and after
 * @param cause the statement of the change that took the index away, as far as that can be told; null: none ran
 */
public record PlanRegressed(TableAccess access, @Nullable SqlStatement cause) implements Finding {
    @Override
    public Hazard hazard() {
        return Hazard.PLAN_REGRESSION;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(cause);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.planRegressed(this);
    }
}
