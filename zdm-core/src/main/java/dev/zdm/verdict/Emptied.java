package dev.zdm.verdict;

import dev.zdm.observation.Footprint;
import dev.zdm.postgres.SqlStatement;
import java.util.Optional;

/**
 * A statement emptied a table that the application uses.
 *
 * @param footprint what the statement did
 * @param table the emptied table
 */
public record Emptied(Footprint footprint, Footprint.Rewrite table) implements Finding {
    @Override
    public Hazard hazard() {
        return Hazard.DATA_LOSS;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.of(footprint.statement());
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.emptied(this);
    }
}
