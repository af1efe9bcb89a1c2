package dev.zdm.observation;

import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import java.util.HashSet;
import java.util.Set;

/**
 * The tables that the application versions work on.
 *
 * @param used read or written
 * @param written rows inserted, updated or deleted; a part of {@code used}
 */
public record RelationUse(Set<Relation> used, Set<Relation> written) {
    /** Nothing. */
    public static final RelationUse NONE = new RelationUse(Set.of(), Set.of());

    /** Copies the sets. */
    public RelationUse {
        used = Set.copyOf(used);
        written = Set.copyOf(written);
    }

    /** Returns whether a lock in this mode keeps the versions from what they do with a table. */
    public boolean isStoppedBy(LockMode mode, Relation table) {
        return (mode.blocksReaders() && used.contains(table)) || (mode.blocksWriters() && written.contains(table));
    }

    /** Returns the tables of both. */
    public RelationUse and(RelationUse other) {
        Set<Relation> allUsed = new HashSet<>(used);
        allUsed.addAll(other.used);
        Set<Relation> allWritten = new HashSet<>(written);
        allWritten.addAll(other.written);
        return new RelationUse(allUsed, allWritten);
    }
}
