package dev.zdm.observation;

import dev.zdm.observation.Footprint.SeenFrom;

/**
 * The tables that the application versions of a phase work on, by when they do.
 *
 * @param atFirst by the versions that have traffic while the change is under way, on the schema from before it
 * @param meanwhile by the same versions on that schema or on the one after the change: one that commits several times may
 *     give them a table, as by {@code ATTACH PARTITION}, and lock it afterwards
 * @param all by the versions that get traffic after the change too
 */
public record PhaseUse(RelationUse atFirst, RelationUse meanwhile, RelationUse all) {
    /** None at any time. */
    public static final PhaseUse NONE = throughout(RelationUse.NONE);

    /** Returns the use by versions that do the same all the time. */
    public static PhaseUse throughout(RelationUse use) {
        return new PhaseUse(use, use, use);
    }

    /**
     * Returns the tables that somebody may wait for while a statement's transaction holds its locks. What a transaction
     * changes is to be seen when it has committed and its locks are gone, so nobody gets at a table by what the change's
     * first one has done.
     */
    public RelationUse during(Footprint footprint) {
        boolean isFirst = footprint.transaction() == 1 && footprint.seenFrom() != SeenFrom.OUTSIDE;
        return isFirst ? atFirst : meanwhile;
    }
}
