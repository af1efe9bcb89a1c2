package dev.zdm.plan;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fills existing rows in batches along a key, each batch in its own transaction, and keeps its position in the database, so
 * that it goes on where it stopped.
 *
 * <p>The statement names its batch with {@code :batch}, a condition on the key: {@code update customer set … where :batch and
 * first_name is null}. Where the key is one integer column it may instead name the range with {@code :from} (inclusive) and
 * {@code :to} (exclusive). Rows that come behind the highest key while it runs are not visited: they are the application's, or a
 * trigger's.
 *
 * @param statement the statement of one batch
 * @param table the table whose key is walked, as SQL spells it; it may have an alias
 * @param key the columns of the key, as SQL spells them, separated by commas; null: the primary key, or else a unique index
 *     over columns that are not null
 * @param pace how much at a time
 * @param locks how each batch gets its locks
 * @param position the table that the position is kept in, as SQL spells it; null: one in a schema of its own, both of which
 *     are dropped when no backfill is under way
 */
public record Backfill(
        String statement,
        String table,
        @Nullable String key,
        Pace pace,
        LockRetry locks,
        @Nullable String position) implements Change {
    private static final Duration ALONE = Duration.ofSeconds(30);

    public Backfill {
        Objects.requireNonNull(table);
        Objects.requireNonNull(pace);
        Objects.requireNonNull(locks);
        boolean range = statement.contains(":from") && statement.contains(":to");
        if (!range && !statement.contains(":batch")) {
            throw new PlanException(
                    "the statement of a backfill must name its batch with :batch, or with the keys :from "
                            + "(inclusive) and :to (exclusive), found: " + statement.strip());
        }
        if (key != null && key.isBlank()) {
            throw new PlanException("the key of a backfill must not be empty");
        }
    }

    /**
     * How much a backfill does at a time.
     *
     * @param batchSize keys per batch, at least 1; where the time is given, of the first one
     * @param target the time that a batch should take, to which its size is adapted; null: the size stays
     * @param pause time between two batches, zero or more
     * @param latency no batch begins while the application's operations take longer; null: their latency does not matter
     * @param throttles who else may hold up the next batch
     */
    public record Pace(
            int batchSize,
            @Nullable Duration target,
            Duration pause,
            @Nullable Duration latency,
            List<Throttle> throttles) {
        static final Pace DEFAULT = new Pace(1000, null, Duration.ZERO, null, List.of());

        public Pace {
            throttles = List.copyOf(throttles);
            if (batchSize < 1) {
                throw new PlanException("the batch size of a backfill must be at least 1, found " + batchSize);
            }
            if (target != null && target.toMillis() < 1) {
                throw new PlanException("the time of a batch must be at least 1 ms, found " + target);
            }
            if (pause.isNegative()) {
                throw new PlanException("the pause of a backfill must not be negative, found " + pause);
            }
            if (latency != null && latency.toMillis() < 1) {
                throw new PlanException("the latency that a backfill heeds must be at least 1 ms, found " + latency);
            }
        }
    }

    /** Returns a backfill over a key of a table, 1000 keys per batch, without a pause. */
    public static Backfill over(String table, String key, String statement) {
        return new Backfill(statement, table, Objects.requireNonNull(key), Pace.DEFAULT, LockRetry.DEFAULT, null);
    }

    /** Returns a backfill over the primary key of a table, or another usable one, 1000 keys per batch, without a pause. */
    public static Backfill over(String table, String statement) {
        return new Backfill(statement, table, null, Pace.DEFAULT, LockRetry.DEFAULT, null);
    }

    private Backfill with(Pace other) {
        return new Backfill(statement, table, key, other, locks, position);
    }

    /** Returns the same backfill with another number of keys per batch, or in the first one. */
    public Backfill inBatchesOf(int keys) {
        return with(new Pace(keys, pace.target, pace.pause, pace.latency, pace.throttles));
    }

    /**
     * Returns the same backfill with batches whose size is adapted so that each takes about this time, at most twice as much
     * as the one before and a tenth of the table.
     */
    public Backfill aimingAt(Duration batch) {
        return with(new Pace(pace.batchSize, batch, pace.pause, pace.latency, pace.throttles));
    }

    /** Returns the same backfill with another pause between batches. */
    public Backfill pausing(Duration between) {
        return with(new Pace(pace.batchSize, pace.target, between, pace.latency, pace.throttles));
    }

    /**
     * Returns the same backfill, no batch of which begins while the application's operations take longer than this. In a
     * rehearsal the load tells their latency, in production whoever runs the backfill.
     */
    public Backfill yieldingAbove(Duration latency) {
        return with(new Pace(pace.batchSize, pace.target, pace.pause, latency, pace.throttles));
    }

    /** Returns the same backfill, held up by one more throttle. */
    public Backfill throttledBy(Throttle throttle) {
        List<Throttle> all =
                Stream.concat(pace.throttles.stream(), Stream.of(throttle)).toList();
        return with(new Pace(pace.batchSize, pace.target, pace.pause, pace.latency, all));
    }

    /** Returns the same backfill, each batch of which gets its locks like this. */
    public Backfill locking(LockRetry retry) {
        return new Backfill(statement, table, key, pace, retry, position);
    }

    /**
     * Returns the same backfill, with its position in this table, which is made if it is missing, and is not dropped.
     *
     * @param name as SQL spells it
     */
    public Backfill keepingPositionIn(String name) {
        return new Backfill(statement, table, key, pace, locks, name);
    }

    /**
     * Returns the same backfill in batches of one size, without pauses and whatever else holds it up: for a database on
     * which nobody else works.
     */
    public Backfill unimpeded() {
        LockRetry patient = LockRetry.DEFAULT.withLockTimeout(ALONE);
        Pace alone = new Pace(pace.batchSize, null, Duration.ZERO, null, List.of());
        return new Backfill(statement, table, key, alone, patient, position);
    }

    @Override
    public String describe() {
        String size = pace.target == null ? "" + pace.batchSize : pace.target.toMillis() + " ms";
        return "backfill of " + table + " in batches of " + size;
    }
}
