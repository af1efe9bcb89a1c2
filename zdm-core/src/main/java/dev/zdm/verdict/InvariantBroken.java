package dev.zdm.verdict;

import dev.zdm.observation.InvariantOutcome;
import dev.zdm.observation.StatementRun;
import dev.zdm.postgres.SqlStatement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An invariant returned rows.
 *
 * @param hazard {@link Hazard#DATA_LOSS} where what it reads has lost rows or values, otherwise {@link Hazard#DATA_DRIFT}
 * @param outcome what it returned
 * @param after the statement of the change that had run last; null: none
 */
public record InvariantBroken(
        Hazard hazard, InvariantOutcome outcome, @Nullable StatementRun after) implements Finding {
    @Override
    public Optional<SqlStatement> culprit() {
        return after == null ? Optional.empty() : Optional.of(after.statement());
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.invariantBroken(this);
    }
}
