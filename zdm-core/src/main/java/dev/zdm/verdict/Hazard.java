package dev.zdm.verdict;

/** What a finding is about: what PostgreSQL does, and what to do instead. */
public enum Hazard {
    /** A filled table that the application uses got a new file. */
    TABLE_REWRITE(
            "table-rewrite",
            "add the column without a default, set the default, backfill in batches; for another type use a shadow "
                    + "column that a trigger keeps in step"),
    /** A filled table was scanned, or another one worked on, under a lock that stops all readers. */
    ACCESS_EXCLUSIVE_SCAN(
            "access-exclusive-scan",
            "add the constraint NOT VALID and VALIDATE it in a transaction of its own; take the strong lock last"),
    /** Work that grows with a table under a lock that stops its writers. */
    WRITE_BLOCK(
            "write-block",
            "build indexes CONCURRENTLY, add constraints NOT VALID and VALIDATE them in a transaction of their own, "
                    + "update in batches"),
    /** The migration waited for a lock, and the application queued behind it. */
    LOCK_QUEUE(
            "lock-queue",
            "SET lock_timeout to less than the application can wait, and retry until the lock is free,"
                    + " as @Migrate(lockTimeoutMillis = 50) and RetryingRunner do (docs/lock-timeouts.md)"),
    /** The application waited for a lock that the migration held. */
    LOCK_WAIT("lock-wait", "do less while the lock is held: one statement per transaction, the strong lock last"),
    /** The old version failed. */
    OLD_APP_ERROR(
            "old-app-error",
            "keep what the old version needs until no session of it is left: expand first, contract last"),
    /** The new version failed. */
    NEW_APP_ERROR("new-app-error", "give the new version what it needs before it gets traffic"),
    /** A prepared statement met another result type. */
    CACHED_PLAN(
            "cached-plan",
            "name the columns instead of SELECT * or RETURNING *, or renew the sessions before the change"),
    /** Two sessions waited for each other. */
    DEADLOCK(
            "deadlock",
            "lock in the order the application does, one table per transaction, batches in the application's row order"),
    /** An index was left invalid: it costs every write and serves no query. */
    INVALID_INDEX("invalid-index", "drop the invalid index, remove the cause and build it again CONCURRENTLY"),
    /** A query that used an index reads the whole table. */
    PLAN_REGRESSION(
            "plan-regression",
            "build the index that the query needs CONCURRENTLY before the old one goes; ANALYZE the table after its type "
                    + "changed"),
    /** The statements cannot run this way in one transaction. */
    NON_TRANSACTIONAL("non-transactional", "run the statement on its own, outside of a transaction"),
    /** The change itself failed. */
    CHANGE_FAILED("change-failed", "make the change work on this data; see the server's message"),
    /** An invariant does not hold. */
    DATA_DRIFT(
            "data-drift",
            "make the trigger that keeps both in step first, then backfill only rows that are not filled yet"),
    /** Rows or values are gone. */
    DATA_LOSS(
            "data-loss",
            "keep the old column or table beside the new one until no version needs it and its values are compared; delete "
                    + "rows in batches and by name, for TRUNCATE … CASCADE empties every table that refers to the one it names"),
    /** A phase cannot be undone, or its rollback does not leave what was there before. */
    NOT_REVERSIBLE(
            "not-reversible",
            "give the phase a rollback that undoes all that the change does, and rehearse it (docs/rollback.md)"),
    /** The change was stopped half-way, and a second run does not come to the end that it should. */
    NOT_RETRYABLE(
            "not-retryable",
            "put all of it into one transaction; what cannot be in one goes into a script of its own that can be run again"),
    /** A backfill broke one of the rules that backfills keep to. */
    BACKFILL(
            "backfill",
            "read and write in one statement, in batches by key, each committed on its own, that writes only rows which are not"
                    + " filled yet: a Backfill does so (docs/backfill.md)"),
    /** A replica falls behind its primary. */
    REPLICATION_LAG(
            "replication-lag",
            "write in batches, each in a transaction of its own, with a pause between them that lets the replicas catch up: a"
                    + " Backfill does so (docs/replica.md)"),
    /** The replay of a change on a replica stops its readers. */
    REPLICA_CONFLICT(
            "replica-conflict",
            "let the application run what the replica cancelled again, and keep long queries off the replica while the change"
                    + " runs: no lock_timeout on the primary helps; a replica of its own for reports can wait for them with"
                    + " max_standby_streaming_delay = -1"),
    /** Operations became slower than allowed. */
    LATENCY("latency", "see which statement of the change was running; make it do less at a time");

    private final String id;
    private final String remedy;

    Hazard(String id, String remedy) {
        this.id = id;
        this.remedy = remedy;
    }

    /** Returns the name that reports use, such as {@code table-rewrite}. */
    public String id() {
        return id;
    }

    /** Returns what to do instead. */
    public String remedy() {
        return remedy;
    }
}
