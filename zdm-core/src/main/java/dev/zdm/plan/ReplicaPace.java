package dev.zdm.plan;

import java.time.Duration;

/**
 * What replicas in production keep pace with, whatever the one of the rehearsal does.
 *
 * @param transaction the longest time that a transaction which writes rows may take on a quiet copy, 1 ms or more
 * @param transactionBytes how much of the write-ahead log such a transaction may write, 1 or more
 * @param bytesPerSecond how much of it a change may write in a second, besides what was written before it, 1 or more
 */
public record ReplicaPace(Duration transaction, long transactionBytes, long bytesPerSecond) {
    private static final long GIGABIT = 128L << 20;

    /** At most 5 s, and 128 MB in a transaction and in a second: what a network of one gigabit carries in a second. */
    public static final ReplicaPace DEFAULT = new ReplicaPace(Duration.ofSeconds(5), GIGABIT, GIGABIT);

    public ReplicaPace {
        if (transaction.toMillis() < 1 || transactionBytes < 1 || bytesPerSecond < 1) {
            throw new PlanException(
                    "what a replica keeps pace with must be 1 ms, 1 byte and 1 byte a second or more, found "
                            + transaction + ", " + transactionBytes + " and " + bytesPerSecond);
        }
    }

    /** Returns the same pace with another longest time of a transaction. */
    public ReplicaPace withTransaction(Duration longest) {
        return new ReplicaPace(longest, transactionBytes, bytesPerSecond);
    }

    /** Returns the same pace with another largest amount of the write-ahead log in a transaction. */
    public ReplicaPace withTransactionBytes(long most) {
        return new ReplicaPace(transaction, most, bytesPerSecond);
    }

    /** Returns the same pace with another largest amount of the write-ahead log in a second. */
    public ReplicaPace withBytesPerSecond(long most) {
        return new ReplicaPace(transaction, transactionBytes, most);
    }
}
