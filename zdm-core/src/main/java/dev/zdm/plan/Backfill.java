package dev.zdm.plan;

import java.time.Duration;
import java.util.Objects;

/**
 * Fills existing rows in batches over ranges of a numeric key, each batch in its own transaction.
 *
 * <p>The statement names the range with {@code :from} (inclusive) and {@code :to} (exclusive):
 * {@code update customer set … where id >= :from and id < :to and first_name is null}.
 *
 * @param statement the statement of one batch
 * @param table the table whose key is walked, as SQL spells it
 * @param key the numeric key column, as SQL spells it
 * @param batchSize keys per batch, at least 1
 * @param pause time between two batches, zero or more
 */
public record Backfill(String statement, String table, String key, int batchSize, Duration pause) implements Change {
    private static final int DEFAULT_BATCH = 1000;

    public Backfill {
        Objects.requireNonNull(table);
        Objects.requireNonNull(key);
        if (!statement.contains(":from") || !statement.contains(":to")) {
            throw new PlanException("the statement of a backfill must name the range of keys of its batch with :from "
                    + "(inclusive) and :to (exclusive), found: " + statement.strip());
        }
        if (batchSize < 1) {
            throw new PlanException("the batch size of a backfill must be at least 1, found " + batchSize);
        }
        if (pause.isNegative()) {
            throw new PlanException("the pause of a backfill must not be negative, found " + pause);
        }
    }

    /** Returns a backfill over the key of a table, 1000 keys per batch, without a pause. */
    public static Backfill over(String table, String key, String statement) {
        return new Backfill(statement, table, key, DEFAULT_BATCH, Duration.ZERO);
    }

    /** Returns the same backfill with another number of keys per batch. */
    public Backfill inBatchesOf(int keys) {
        return new Backfill(statement, table, key, keys, pause);
    }

    /** Returns the same backfill with another pause between batches. */
    public Backfill pausing(Duration between) {
        return new Backfill(statement, table, key, batchSize, between);
    }

    @Override
    public String describe() {
        return "backfill of " + table + " in batches of " + batchSize;
    }
}
