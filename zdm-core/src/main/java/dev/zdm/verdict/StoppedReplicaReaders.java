package dev.zdm.verdict;

import dev.zdm.observation.ReplicaHistory.LongReader;
import dev.zdm.observation.ReplicaHistory.ReaderWait;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The replay of a change stopped readers on the replica.
 *
 * @param relation what they read
 * @param waits operations that waited there under load longer than allowed, longest first
 * @param longReader what the change did to a long reader on a quiet clone; null: nothing, or that was not rehearsed
 * @param readersDelay the {@code max_standby_streaming_delay} in force on the standby
 * @param allowed how long an operation may wait
 * @param cause the statement that locked the relation; null: not known
 */
public record StoppedReplicaReaders(
        Relation relation,
        List<ReaderWait> waits,
        @Nullable LongReader longReader,
        String readersDelay,
        Duration allowed,
        @Nullable SqlStatement cause)
        implements Finding {
    public StoppedReplicaReaders {
        waits = List.copyOf(waits);
    }

    @Override
    public Hazard hazard() {
        return Hazard.REPLICA_CONFLICT;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(cause);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.stoppedReplicaReaders(this);
    }
}
