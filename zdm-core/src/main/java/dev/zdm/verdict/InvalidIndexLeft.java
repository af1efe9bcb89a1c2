package dev.zdm.verdict;

import dev.zdm.observation.StatementRun;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An index was left invalid.
 *
 * @param index the index
 * @param after the statement of the change that had run last; null: none
 */
public record InvalidIndexLeft(Relation index, @Nullable StatementRun after) implements Finding {
    @Override
    public Hazard hazard() {
        return Hazard.INVALID_INDEX;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return after == null ? Optional.empty() : Optional.of(after.statement());
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.invalidIndexLeft(this);
    }
}
