package dev.zdm.verdict;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.Growth;
import dev.zdm.observation.LockWait;
import dev.zdm.postgres.SqlStatement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A statement rewrote a filled table that the application uses.
 *
 * @param footprint what the statement did
 * @param rewrite the rewritten table
 * @param growth how long its locks are held in production; null: not known
 * @param waits the operations that waited for it under load, longest first; may be empty on a quick machine
 */
public record Rewrote(
        Footprint footprint,
        Footprint.Rewrite rewrite,
        @Nullable Growth growth,
        List<LockWait> waits) implements Finding {
    public Rewrote {
        waits = List.copyOf(waits);
    }

    @Override
    public Hazard hazard() {
        return Hazard.TABLE_REWRITE;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.of(footprint.statement());
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.rewrote(this);
    }
}
