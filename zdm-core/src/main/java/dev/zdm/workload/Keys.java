package dev.zdm.workload;

/** The keys that operations work on: 1 to the number of rows of the baseline. */
public interface Keys {
    /** Returns any key, each as likely as the other. */
    long any();

    /**
     * Returns a key that only the calling operation works on until it ends, of all operations of both versions.
     *
     * <p>Other operations, of the other version too, own the same key at other times, one after the other. An operation
     * may get the same key again. One that takes the {@link Ledger} never owns a key that one without it owns.
     *
     * @throws IllegalStateException if there are too few keys for the number of workers
     */
    long own();

    /**
     * Returns one of few keys that nobody owns and all operations may add to at the same time; see
     * {@link Ledger#adding}.
     *
     * @throws IllegalStateException if there are too few keys for the number of workers
     */
    long shared();
}
