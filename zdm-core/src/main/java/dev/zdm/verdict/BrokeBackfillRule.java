package dev.zdm.verdict;

import dev.zdm.observation.BackfillHistory;
import dev.zdm.postgres.SqlStatement;
import java.util.Objects;
import java.util.Optional;

/**
 * A backfill broke one of the rules that backfills keep to.
 *
 * @param harm which one, and what was seen
 */
public record BrokeBackfillRule(BackfillHistory.Harm harm) implements Finding {
    public BrokeBackfillRule {
        Objects.requireNonNull(harm);
    }

    @Override
    public Hazard hazard() {
        return Hazard.BACKFILL;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(harm.statement());
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.brokeBackfillRule(this);
    }
}
