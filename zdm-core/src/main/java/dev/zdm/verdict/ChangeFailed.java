package dev.zdm.verdict;

import dev.zdm.observation.StatementRun;
import dev.zdm.postgres.SqlStatement;
import java.util.Optional;

/**
 * The change did not succeed.
 *
 * @param hazard {@link Hazard#CHANGE_FAILED} or what is known more exactly
 * @param run the statement that failed
 */
public record ChangeFailed(Hazard hazard, StatementRun run) implements Finding {
    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.of(run.statement());
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.changeFailed(this);
    }
}
