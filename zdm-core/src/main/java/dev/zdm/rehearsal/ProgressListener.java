package dev.zdm.rehearsal;

import dev.zdm.verdict.PhaseResult;

/** Learns how far a rehearsal is. Called by the thread that runs the rehearsal. */
public interface ProgressListener {
    /**
     * A phase began something new.
     *
     * @param phase the phase's name; the rehearsal's name before the first one
     * @param activity what it is doing, such as {@code steady load}
     */
    void phase(String phase, String activity);

    /** A phase ended. */
    void done(PhaseResult result);

    /** Returns a listener that keeps it to itself. */
    static ProgressListener silent() {
        return new ProgressListener() {
            @Override
            public void phase(String phase, String activity) {
                // Nobody wants to know.
            }

            @Override
            public void done(PhaseResult result) {
                // Nobody wants to know.
            }
        };
    }
}
