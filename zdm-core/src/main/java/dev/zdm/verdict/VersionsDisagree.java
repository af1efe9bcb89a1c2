package dev.zdm.verdict;

import dev.zdm.observation.Agreement;
import dev.zdm.observation.StatementRun;
import dev.zdm.postgres.SqlStatement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The versions read different values of the same keys.
 *
 * @param agreement the comparisons
 * @param after the statement of the change that had run last when that was first seen; null: none
 */
public record VersionsDisagree(
        Agreement agreement, @Nullable StatementRun after) implements Finding {
    @Override
    public Hazard hazard() {
        return Hazard.DATA_DRIFT;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return after == null ? Optional.empty() : Optional.of(after.statement());
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.versionsDisagree(this);
    }
}
