package dev.zdm.verdict;

import dev.zdm.postgres.SqlStatement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change writes the write-ahead log faster than replicas in production can take it.
 *
 * @param bytesPerSecond how much it wrote in a second, besides what was written before it
 * @param allowed how much it may write
 * @param cause the statement that wrote most; null: it is not known
 */
public record FloodedReplica(
        long bytesPerSecond, long allowed, @Nullable SqlStatement cause) implements Finding {
    @Override
    public Hazard hazard() {
        return Hazard.REPLICATION_LAG;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(cause);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.floodedReplica(this);
    }
}
