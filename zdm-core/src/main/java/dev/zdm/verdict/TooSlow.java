package dev.zdm.verdict;

import dev.zdm.observation.Latency;
import dev.zdm.observation.OperationName;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operation was slower than allowed.
 *
 * @param operation the operation
 * @param steady its latency before the change; null: it did not run then
 * @param after its latency in the slowest window from the change on
 * @param allowed the highest 99th percentile allowed
 */
public record TooSlow(OperationName operation, @Nullable Latency steady, Latency after, Duration allowed)
        implements Finding {
    @Override
    public Hazard hazard() {
        return Hazard.LATENCY;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.empty();
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.tooSlow(this);
    }
}
