package dev.zdm.observation;

import java.util.Objects;

/**
 * What a {@link LockWaitTracker} must know beside the server's log.
 *
 * @param database the rehearsal's database; client sessions of others are ignored
 * @param sessions who is who
 * @param migration which statement the migration ran when
 * @param relations the names of relations
 */
public record LockWaitSources(
        String database, SessionRegistry sessions, MigrationTimeline migration, RelationNames relations) {
    public LockWaitSources {
        Objects.requireNonNull(database);
        Objects.requireNonNull(sessions);
        Objects.requireNonNull(migration);
        Objects.requireNonNull(relations);
    }
}
