package dev.zdm.observation;

import dev.zdm.postgres.Relation;
import java.util.Optional;

/**
 * Resolves the oids that the server log gives instead of names.
 *
 * <p>Called by the thread that reads the log, up to some seconds after the wait: to name a table that was dropped since,
 * an implementation must remember what it saw.
 */
@FunctionalInterface
public interface RelationNames {
    /** Returns the name of a relation of the rehearsal's database; empty if it is not known. */
    Optional<Relation> nameOf(long oid);
}
