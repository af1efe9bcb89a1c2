package dev.zdm.observation;

import java.util.Objects;

/**
 * What a {@link LockWaitTracker} must know beside the server's log.
 *
 * @param database the rehearsal's database; client sessions of others are ignored
 * @param sessions who is who
 * @param migration which statement the migration ran when
 * @param relations the names of relations
 * @param held in which modes the migration held relations
 */
public record LockWaitSources(
        String database,
        SessionRegistry sessions,
        MigrationTimeline migration,
        RelationNames relations,
        HeldLocks held) {
    public LockWaitSources {
        Objects.requireNonNull(database);
        Objects.requireNonNull(sessions);
        Objects.requireNonNull(migration);
        Objects.requireNonNull(relations);
        Objects.requireNonNull(held);
    }

    /** Is what there is if nobody knows the modes that the migration held. */
    public LockWaitSources(
            String database, SessionRegistry sessions, MigrationTimeline migration, RelationNames relations) {
        this(database, sessions, migration, relations, HeldLocks.UNKNOWN);
    }
}
