package dev.zdm.verdict;

import dev.zdm.postgres.SqlStatement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A phase cannot be undone, and the plan demands that every phase can.
 *
 * @param phase its name
 * @param first the first statement of its change; null: none ran
 */
public record PointOfNoReturn(String phase, @Nullable SqlStatement first) implements Finding {
    @Override
    public Hazard hazard() {
        return Hazard.NOT_REVERSIBLE;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(first);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.pointOfNoReturn(this);
    }
}
