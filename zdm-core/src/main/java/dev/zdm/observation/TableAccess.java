package dev.zdm.observation;

import dev.zdm.postgres.Relation;

/**
 * How a statement of an operation read a table on a quiet clone, before and after a change.
 *
 * @param operation the operation
 * @param statement its statement's text
 * @param table the table
 * @param before how it read the table before the change
 * @param after how it read the table after the change
 */
public record TableAccess(OperationName operation, String statement, Relation table, Reads before, Reads after) {
    /**
     * Counters of the server over all quiet runs of a statement.
     *
     * @param runs how often it ran
     * @param sequentialScans how often it read the table from its first row on
     * @param sequentialRows how many rows it read doing so
     * @param indexScans how often it used an index of the table
     */
    public record Reads(int runs, long sequentialScans, long sequentialRows, long indexScans) {
        /** Nothing. */
        public static final Reads NONE = new Reads(0, 0, 0, 0);

        /** Returns the sum of both. */
        public Reads and(Reads other) {
            return new Reads(
                    runs + other.runs,
                    sequentialScans + other.sequentialScans,
                    sequentialRows + other.sequentialRows,
                    indexScans + other.indexScans);
        }
    }
}
