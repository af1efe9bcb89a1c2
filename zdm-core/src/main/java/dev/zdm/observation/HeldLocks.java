package dev.zdm.observation;

import dev.zdm.postgres.LockMode;
import java.time.Instant;
import java.util.Optional;

/**
 * Knows in which mode the migration held a relation, which the server log does not say.
 *
 * <p>Where this is known, the migration is not blamed for holding a lock that lets the waiting session pass. Called by
 * the thread that reads the log.
 */
@FunctionalInterface
interface HeldLocks {
    /** Knows nothing. */
    HeldLocks UNKNOWN = (pid, relation, at) -> Optional.empty();

    /**
     * Returns the strongest mode in which a session of the migration held a relation; empty if it is not known.
     *
     * @param pid the session's backend
     * @param relation the relation's oid
     * @param at when
     */
    Optional<LockMode> strongest(int pid, long relation, Instant at);
}
