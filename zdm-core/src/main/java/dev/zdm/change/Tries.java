package dev.zdm.change;

/** How often something is tried. */
@FunctionalInterface
interface Tries {
    /** Tries it once. */
    Tries ONCE = Attempt::run;

    /** What is tried; it leaves nothing behind when it fails. */
    @FunctionalInterface
    interface Attempt {
        /** Does it, and returns where to go on. */
        int run() throws Exception;
    }

    /**
     * Calls until it succeeds, and returns what it returned.
     *
     * @throws GaveUpException when all tries failed for want of a lock
     * @throws Exception any other failure, at once
     */
    int call(Attempt attempt) throws Exception;
}
