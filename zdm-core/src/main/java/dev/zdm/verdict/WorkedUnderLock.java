package dev.zdm.verdict;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.Growth;
import dev.zdm.observation.LockWait;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Work that grows with a table was done while a lock stopped the application.
 *
 * @param hazard {@link Hazard#ACCESS_EXCLUSIVE_SCAN} or {@link Hazard#WRITE_BLOCK}
 * @param footprints the statements of one transaction that did the work, the one that did most of it first
 * @param locked the relation that the application could not use meanwhile
 * @param mode the mode of the lock on it
 * @param lockedBy the statement that took it, which may be an earlier one of the transaction
 * @param work what was read or written meanwhile
 * @param growth how long the locks are held in production; null: not known
 * @param waits the operations that waited for it under load, longest first; may be empty on a quick machine
 */
public record WorkedUnderLock(
        Hazard hazard,
        List<Footprint> footprints,
        Relation locked,
        LockMode mode,
        SqlStatement lockedBy,
        Footprint.Work work,
        @Nullable Growth growth,
        List<LockWait> waits)
        implements Finding {
    public WorkedUnderLock {
        footprints = List.copyOf(footprints);
        waits = List.copyOf(waits);
    }

    /** Returns the statement that did the work, or most of it. */
    public Footprint footprint() {
        return footprints.get(0);
    }

    /** Returns the same finding with these waits as evidence. */
    WorkedUnderLock withWaits(List<LockWait> evidence) {
        return new WorkedUnderLock(hazard, footprints, locked, mode, lockedBy, work, growth, evidence);
    }

    /** Returns the statements that had a part in it, the one that took the lock included. */
    public Set<SqlStatement> statements() {
        Set<SqlStatement> statements = new LinkedHashSet<>();
        footprints.forEach(footprint -> statements.add(footprint.statement()));
        statements.add(lockedBy);
        return statements;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.of(footprint().statement());
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.workedUnderLock(this);
    }
}
