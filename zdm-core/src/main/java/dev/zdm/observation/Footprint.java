package dev.zdm.observation;

import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.List;

/**
 * What one statement of a change locked and worked on, seen on a quiet clone.
 *
 * @param statement the statement
 * @param locks the locks that its transaction held when it was done; empty where it refused a transaction
 * @param rewrites the relations that it gave a new file
 * @param emptied the tables that had rows and lost all of them at once, as by {@code TRUNCATE}
 * @param work what it read of relations that existed before the change
 * @param refusedTransaction whether it had to run outside of a transaction
 * @param lockTimeout the {@code lock_timeout} in force when it was done; zero: none
 * @param duration how long it took
 */
public record Footprint(
        SqlStatement statement,
        List<LockTaken> locks,
        List<Rewrite> rewrites,
        List<Rewrite> emptied,
        List<Work> work,
        boolean refusedTransaction,
        Duration lockTimeout,
        Duration duration) {
    public Footprint {
        locks = List.copyOf(locks);
        rewrites = List.copyOf(rewrites);
        emptied = List.copyOf(emptied);
        work = List.copyOf(work);
    }

    /**
     * A table-level lock.
     *
     * @param relation the relation
     * @param mode the mode
     * @param rows how many rows the relation had before the change
     */
    public record LockTaken(Relation relation, LockMode mode, long rows) {}

    /**
     * A relation that got a new file.
     *
     * @param relation the relation
     * @param table the table that it is, or that it is an index of
     * @param rows how many rows that table had before the change
     */
    public record Rewrite(Relation relation, Relation table, long rows) {}

    /**
     * Rows read one after the other.
     *
     * @param relation the relation
     * @param tuplesScanned how many rows were read
     * @param tuplesWritten how many rows were inserted, updated or deleted
     * @param rows how many rows the relation had before the change
     */
    public record Work(Relation relation, long tuplesScanned, long tuplesWritten, long rows) {}
}
