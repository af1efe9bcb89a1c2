package dev.zdm.verdict;

import dev.zdm.observation.LockWait;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Operations waited for the migration for longer than allowed.
 *
 * @param hazard {@link Hazard#LOCK_WAIT} or {@link Hazard#LOCK_QUEUE}
 * @param waits the waits that were too long, longest first
 * @param allowed the longest wait allowed
 */
public record WaitedForMigration(Hazard hazard, List<LockWait> waits, Duration allowed) implements Finding {
    public WaitedForMigration {
        waits = List.copyOf(waits);
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(waits.get(0).culprit());
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.waitedForMigration(this);
    }
}
