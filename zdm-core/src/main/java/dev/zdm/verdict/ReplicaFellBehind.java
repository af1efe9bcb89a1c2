package dev.zdm.verdict;

import dev.zdm.observation.ReplicaHistory.Lag;
import dev.zdm.observation.WindowKind;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The replica fell further behind than allowed.
 *
 * @param lag where it was furthest behind; null: nobody looked while it was
 * @param window what the load was like then; null as well
 * @param caughtUp whether it caught up within the time allowed once the load had ended
 * @param allowed how far it may be behind
 * @param cause the statement of the change that was running when it stopped keeping up, or had run last; null: none had
 */
public record ReplicaFellBehind(
        @Nullable Lag lag,
        @Nullable WindowKind window,
        boolean caughtUp,
        Duration allowed,
        @Nullable SqlStatement cause)
        implements Finding {
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
        return cases.replicaFellBehind(this);
    }
}
