package dev.zdm.plan;

import dev.zdm.postgres.LockMode;

/**
 * The kinds of long transactions that turn a quick change into an outage when they stand in its way.
 *
 * @see <a href="https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES">Table-Level Locks</a>
 */
public enum Company {
    /** A report: one query that runs for long. */
    REPORT("a reporting query", LockMode.ACCESS_SHARE),
    /** A session that has read and written, and sits idle in its transaction. */
    IDLE_TRANSACTION("an idle transaction that has written", LockMode.ROW_EXCLUSIVE),
    /** A vacuum that does not give way: autovacuum against wraparound, or a {@code VACUUM} of somebody else. */
    VACUUM("a vacuum", LockMode.SHARE_UPDATE_EXCLUSIVE);

    private final String label;
    private final LockMode mode;

    Company(String label, LockMode mode) {
        this.label = label;
        this.mode = mode;
    }

    /** Returns the words that reports use, such as {@code a reporting query}. */
    public String label() {
        return label;
    }

    /** Returns the mode in which it holds the tables. */
    public LockMode mode() {
        return mode;
    }
}
