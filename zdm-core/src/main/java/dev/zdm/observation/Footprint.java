package dev.zdm.observation;

import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one statement of a change locked and worked on, seen on a quiet clone.
 *
 * @param statement the statement
 * @param transaction the number of its transaction within the change, from 1; statements of one transaction share it
 * @param seenFrom how it was observed
 * @param locks the table-level locks that its transaction held when it was done, those that earlier statements of the
 *     transaction took included: all of them last until the transaction ends
 * @param rewrites the relations that it gave a new file
 * @param emptied the tables that had rows and lost all of them at once, as by {@code TRUNCATE}
 * @param work what it read and wrote of relations that existed before the change
 * @param indexes indexes that it built, rebuilt, dropped or left invalid
 * @param validated the constraints that it validated, new ones included, as {@code table.constraint}
 * @param walBytes how much it wrote into the write-ahead log, including a little of what the server writes by itself
 * @param lockTimeout the {@code lock_timeout} in force when it was done; zero: none
 * @param duration how long it took
 */
public record Footprint(
        SqlStatement statement,
        int transaction,
        SeenFrom seenFrom,
        List<LockTaken> locks,
        List<Rewrite> rewrites,
        List<Rewrite> emptied,
        List<Work> work,
        List<IndexChange> indexes,
        List<String> validated,
        long walBytes,
        Duration lockTimeout,
        Duration duration) {
    public Footprint {
        locks = List.copyOf(locks);
        rewrites = List.copyOf(rewrites);
        emptied = List.copyOf(emptied);
        work = List.copyOf(work);
        indexes = List.copyOf(indexes);
        validated = List.copyOf(validated);
    }

    /** How a statement was observed. */
    public enum SeenFrom {
        /** From inside its transaction, before the commit: all locks are known. */
        INSIDE,
        /**
         * It refuses a transaction block or commits itself: of its locks those are known that stop a session that writes
         * the table, because sessions that did so stood in its way. Where it commits several times, all of its work
         * counts for each of these locks: the server counts what a statement reads when the whole statement is done.
         */
        OUTSIDE,
        /** One of many statements of the same shape: only its work was counted. */
        ONE_OF_MANY
    }

    /**
     * A table-level lock.
     *
     * @param relation the relation that is locked
     * @param table the table that it is, or that it is an index of: whoever plans a query on a table locks its indexes
     * @param mode the mode
     * @param rows how many rows the table had before the change
     * @param created whether the change itself made the relation, so that nobody else can wait for it
     * @param takenBy the statement of the transaction that took it
     */
    public record LockTaken(
            Relation relation, Relation table, LockMode mode, long rows, boolean created, SqlStatement takenBy) {}

    /**
     * A relation that got a new file.
     *
     * @param relation the relation
     * @param table the table that it is, or that it is an index of
     * @param rows how many rows that table had before the change
     */
    public record Rewrite(Relation relation, Relation table, long rows) {}

    /**
     * Rows read and written.
     *
     * @param relation the relation
     * @param tuplesScanned how many rows were read, one after the other or through an index
     * @param tuplesWritten how many rows were inserted, updated or deleted
     * @param lockedAtOnce the most rows that one transaction updated, deleted or locked, and so kept from other writers
     *     until its end
     * @param rows how many rows the relation had before the change
     * @param bytes how large it was then, without its indexes
     * @param whole the partitioned or parent table that it is a part of, the topmost; the relation itself where it is none
     * @param rowsOfWhole how many rows that had, all parts together
     */
    public record Work(
            Relation relation,
            long tuplesScanned,
            long tuplesWritten,
            long lockedAtOnce,
            long rows,
            long bytes,
            Relation whole,
            long rowsOfWhole) {}

    /**
     * What happened to an index.
     *
     * @param index the index
     * @param table its table; null: it is not known any more
     * @param kind what happened
     */
    public record IndexChange(Relation index, @Nullable Relation table, Kind kind) {
        /** What happened to an index. */
        public enum Kind {
            BUILT,
            REBUILT,
            DROPPED,
            LEFT_INVALID
        }
    }
}
