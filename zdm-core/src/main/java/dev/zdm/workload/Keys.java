package dev.zdm.workload;

/** The keys that operations work on: 1 to the number of rows of the baseline. */
public interface Keys {
    /** Returns any key, each as likely as the other. */
    long any();

    /** Returns a key that only the calling worker writes, of all workers of both versions. */
    long own();
}
