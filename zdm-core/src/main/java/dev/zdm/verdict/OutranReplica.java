package dev.zdm.verdict;

import dev.zdm.observation.BulkWrite;
import dev.zdm.plan.ReplicaPace;
import dev.zdm.postgres.SqlStatement;
import java.util.List;
import java.util.Optional;

/**
 * One transaction of a change writes so much that a replica in production falls behind, whatever it does on this machine.
 *
 * @param write the transaction
 * @param excesses in which respects it is too large, in order
 * @param pace what is allowed
 */
public record OutranReplica(BulkWrite write, List<Excess> excesses, ReplicaPace pace) implements Finding {
    /** A respect in which a transaction can be too large. */
    public enum Excess {
        /** It writes a good part of a table. */
        ROWS,
        /** It writes more of the write-ahead log than is allowed. */
        WAL,
        /** It takes longer than is allowed. */
        TIME
    }

    public OutranReplica {
        excesses = List.copyOf(excesses);
    }

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
