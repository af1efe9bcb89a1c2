package dev.zdm.catalogue;

import dev.zdm.verdict.Hazard;

/** What is to be said of every kind of finding, where no entry knows more. */
final class Kinds {
    private Kinds() {}

    static CatalogueEntry of(Hazard hazard) {
        return draft(
                hazard,
                Draft.entry(hazard.id(), hazard, title(hazard))
                        .since("all versions")
                        .remedy(hazard.remedy()));
    }

    private static String title(Hazard hazard) {
        return switch (hazard) {
            case TABLE_REWRITE -> "A table is rewritten";
            case ACCESS_EXCLUSIVE_SCAN -> "Long work while readers and writers are locked out";
            case WRITE_BLOCK -> "Long work while writers are locked out";
            case LOCK_QUEUE -> "The application queues behind a migration that waits";
            case LOCK_WAIT -> "The application waits for a lock of the migration";
            case OLD_APP_ERROR -> "The old version fails";
            case NEW_APP_ERROR -> "The new version fails";
            case CACHED_PLAN -> "A prepared statement meets another result type";
            case DEADLOCK -> "A deadlock";
            case INVALID_INDEX -> "An index is left invalid";
            case NON_TRANSACTIONAL -> "Not possible in one transaction";
            case CHANGE_FAILED -> "The change fails";
            case DATA_DRIFT -> "The data no longer agree";
            case DATA_LOSS -> "Rows or values are gone";
            case NOT_REVERSIBLE -> "There is no way back";
            case REPLICATION_LAG -> "A replica falls behind";
            case REPLICA_CONFLICT -> "The replay stops readers of a replica";
            case LATENCY -> "Operations become slow";
            case NOT_RETRYABLE -> "A change that was stopped half-way cannot be run again";
            case BACKFILL -> "A backfill breaks a rule";
            case PLAN_REGRESSION -> "A query that used an index reads the whole table";
        };
    }

    private static CatalogueEntry draft(Hazard hazard, Draft draft) {
        return switch (hazard) {
            case TABLE_REWRITE ->
                draft.what("every row is written to a new file, and every index is built anew, under ACCESS EXCLUSIVE")
                        .effect("nobody can read or write the table for as long as it is large")
                        .manual("sql-altertable.html#SQL-ALTERTABLE-NOTES")
                        .entry();
            case ACCESS_EXCLUSIVE_SCAN ->
                draft.what("a table is read, or an index built, while a table is locked ACCESS EXCLUSIVE")
                        .effect("not even a SELECT gets through until the transaction ends")
                        .manual("explicit-locking.html#LOCKING-TABLES")
                        .entry();
            case WRITE_BLOCK ->
                draft.what(
                                "SHARE and stronger locks conflict with every INSERT, UPDATE and DELETE until the transaction"
                                        + " ends; so does an UPDATE with every other of the same row")
                        .effect("writers wait for as long as the table is large")
                        .manual("explicit-locking.html#LOCKING-TABLES")
                        .entry();
            case LOCK_QUEUE ->
                draft.what(
                                "locks are granted in the order in which they were asked for: who comes after a waiting strong"
                                        + " lock waits too, even if the present holder would not mind")
                        .effect(
                                "a statement of two milliseconds becomes an outage as long as the transaction it waits for")
                        .manual("explicit-locking.html#LOCKING-TABLES")
                        .entry();
            case LOCK_WAIT ->
                draft.what("a lock is held until its transaction ends, not until its statement ends")
                        .effect("operations stop for that time")
                        .manual("explicit-locking.html#LOCKING-TABLES")
                        .entry();
            case OLD_APP_ERROR ->
                draft.what("the server checks every statement against the schema of this moment")
                        .effect("what is still running of the old version fails")
                        .manual("errcodes-appendix.html")
                        .entry();
            case NEW_APP_ERROR ->
                draft.what("the server checks every statement against the schema of this moment")
                        .effect("the new version fails from its first minute on")
                        .manual("errcodes-appendix.html")
                        .entry();
            case CACHED_PLAN ->
                draft.what("a prepared statement must return the columns and types that it was prepared with")
                        .effect("sessions that live through the change fail with 0A000, in a transaction every time")
                        .manual("sql-prepare.html")
                        .entry();
            case DEADLOCK ->
                draft.what("when sessions wait for each other in a circle, the server cancels one of them")
                        .effect("an operation, or the change after all its work, fails with 40P01")
                        .manual("explicit-locking.html#LOCKING-DEADLOCKS")
                        .entry();
            case INVALID_INDEX ->
                draft.what("a concurrent build that fails leaves its index behind, marked invalid")
                        .effect("it slows every write and serves no query")
                        .manual("sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY")
                        .entry();
            case NON_TRANSACTIONAL ->
                draft.what("some statements commit on the way, or need what is committed, and refuse to run in a block")
                        .effect("the migration fails, and what stood before it in the transaction is undone")
                        .manual("sql-begin.html")
                        .entry();
            case CHANGE_FAILED ->
                draft.what("a statement that fails ends its transaction; statements before it in autocommit stay done")
                        .effect("the migration stops half-way, with the data of production and not before")
                        .manual("errcodes-appendix.html")
                        .entry();
            case DATA_DRIFT ->
                draft.what("nothing but a constraint or a trigger keeps two values in step that two versions write")
                        .effect("versions read what the other did not mean, without any error")
                        .manual("plpgsql-trigger.html")
                        .entry();
            case DATA_LOSS ->
                draft.what("what is committed is gone for every version and every session")
                        .effect("the old version misses its data, and no rollback of the schema brings them back")
                        .manual("sql-truncate.html")
                        .entry();
            case NOT_REVERSIBLE ->
                draft.what(
                                "what a rollback does not undo stays, and what it drops is gone with all that was written to it")
                        .effect("when the new version turns out to be wrong, there is only the way forward")
                        .manual("ddl-alter.html")
                        .entry();
            case REPLICATION_LAG ->
                draft.what(
                                "a replica replays the write-ahead log with one process, in order: what is committed after a large"
                                        + " transaction has to wait until all that it wrote has been sent and replayed")
                        .effect(
                                "whoever reads there does not see what was just written, for as long as the table is large")
                        .manual("warm-standby.html#STREAMING-REPLICATION")
                        .entry();
            case REPLICA_CONFLICT ->
                draft.what(
                                "what the primary locks ACCESS EXCLUSIVE, the replay locks on the replica: it waits for the readers"
                                        + " there up to max_standby_streaming_delay, keeps new ones waiting meanwhile, and cancels"
                                        + " those that are left with 40001")
                        .effect(
                                "a change of a millisecond stops the replica's readers for as long as the slowest of them")
                        .manual("hot-standby.html#HOT-STANDBY-CONFLICT")
                        .entry();
            case LATENCY ->
                draft.what("a change shares processor, disk and cache with the application")
                        .effect("operations take longer than allowed, without waiting for a lock")
                        .manual("monitoring-stats.html")
                        .entry();
            case NOT_RETRYABLE ->
                draft.what("what was committed before a crash stays done, and what was not is undone")
                        .effect("a deployment that broke in the middle cannot be repeated: somebody has to repair the"
                                + " database by hand")
                        .manual("tutorial-transactions.html")
                        .entry();
            case BACKFILL ->
                draft.what("a backfill runs for hours beside everybody who writes, and is stopped and started again")
                        .effect("it holds up the application, undoes what was written, or has to be repaired by hand")
                        .manual("transaction-iso.html#XACT-READ-COMMITTED")
                        .entry();
            case PLAN_REGRESSION ->
                draft.what("without a fitting index, or without statistics, the planner reads the whole table")
                        .effect(
                                "a query takes as long as its table is large, and all of them together the whole machine")
                        .manual("using-explain.html")
                        .entry();
        };
    }
}
