package dev.zdm.observation;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of the way back from a phase.
 *
 * @param need whether it needs a rollback, and has one
 * @param behind the first phase before this one that cannot be undone; null: there is none
 * @param quiet what the rollback did on a quiet copy; null: there was none
 * @param back the rollback under load; null: it was not rehearsed
 * @param again the change under load once more, after the rollback; null: it was not rehearsed
 * @param notUnderLoad why it was not rehearsed under load, in words; null: it was, or there is no rollback
 */
public record WayBack(
        Need need,
        @Nullable String behind,
        @Nullable QuietWayBack quiet,
        @Nullable PhaseHistory back,
        @Nullable PhaseHistory again,
        @Nullable String notUnderLoad) {
    /** Nothing was changed. */
    public static final WayBack NONE = new WayBack(Need.NOTHING, null, null, null, null, null);

    public WayBack {
        Objects.requireNonNull(need);
    }

    /** Whether a phase needs a rollback. */
    public enum Need {
        /** It changed nothing, so that there is nothing to undo. */
        NOTHING,
        /** It left the catalogue as it was and every value that there was: it only added some, which may stay. */
        ADDED_ONLY,
        /** It has a rollback. */
        ROLLBACK,
        /** It has none and would need one: a point of no return. */
        MISSING
    }

    /** Returns whether nothing went wrong on a quiet copy. */
    public boolean isSound() {
        return quiet == null || quiet.isSound();
    }

    /** Returns the same, not rehearsed under load. */
    public WayBack notUnderLoad(String why) {
        return new WayBack(need, behind, quiet, back, again, why);
    }

    /**
     * Returns the same, rehearsed under load.
     *
     * @param rollback the rollback
     * @param change the change once more; null: the rollback failed
     */
    public WayBack rehearsed(PhaseHistory rollback, @Nullable PhaseHistory change) {
        return new WayBack(need, behind, quiet, rollback, change, null);
    }
}
