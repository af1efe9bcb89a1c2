package dev.zdm.plan;

/**
 * The feature flags that are in force now, for everything that runs on behalf of one rehearsal. Safe for use by several
 * threads.
 */
public final class FlagBoard {
    private volatile FlagStep now = FlagStep.NONE;

    /** Returns what is in force. */
    public FlagStep now() {
        return now;
    }

    /** Puts flags in force. */
    public void turnTo(FlagStep step) {
        now = step;
    }
}
