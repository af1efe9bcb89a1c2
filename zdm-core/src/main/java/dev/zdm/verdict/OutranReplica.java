package dev.zdm.verdict;

import dev.zdm.observation.BulkWrite;
import dev.zdm.postgres.SqlStatement;
import java.util.Optional;

/**
 * One transaction of a change writes so much that a replica in production falls behind, whatever it does on this machine.
 *
 * @param write the transaction
 */
public record OutranReplica(BulkWrite write) implements Finding {
    @Override
    public Hazard hazard() {
        return Hazard.REPLICATION_LAG;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.of(write.statement());
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.outranReplica(this);
    }
}
