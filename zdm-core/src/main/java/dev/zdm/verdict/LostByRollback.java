package dev.zdm.verdict;

import dev.zdm.observation.QuietWayBack.Loss;
import dev.zdm.postgres.SqlStatement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A rollback gives up values or rows, and the plan does not allow it.
 *
 * @param losses what it gives up, at least one
 * @param last the last statement that ran; null: none did
 */
public record LostByRollback(List<Loss> losses, @Nullable SqlStatement last) implements Finding {
    public LostByRollback {
        losses = List.copyOf(losses);
    }

    @Override
    public Hazard hazard() {
        return Hazard.DATA_LOSS;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(last);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.lostByRollback(this);
    }
}
