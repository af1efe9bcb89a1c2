package dev.zdm.workload;

import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

/**
 * Which keys are for what, by remainder: each pair of an old and a new worker has keys for operations with the ledger and
 * other keys for operations without it, and a few keys are for all.
 *
 * <p>Keys of the ledger are few, so that they are written again and again, and lie evenly over the whole table.
 *
 * @param highest the highest key, at least 1
 * @param workers how many pairs there are
 */
record KeySpace(long highest, int workers) {
    private static final long LEDGER_KEYS_OF_A_PAIR = 250;
    private static final long SHARED_KEYS = 8;

    long any(LongUnaryOperator draw) {
        return 1 + draw.applyAsLong(highest);
    }

    /** Returns a key of a pair for an operation with the ledger. */
    long ledgerKey(int pair, LongUnaryOperator draw) {
        long count = required(pair);
        long chosen = Math.min(count, LEDGER_KEYS_OF_A_PAIR);
        long index = draw.applyAsLong(chosen);
        return key(pair, chosen == count ? index : index * (count - 1) / (chosen - 1));
    }

    /** Returns a key of a pair for an operation without the ledger. */
    long plainKey(int pair, LongUnaryOperator draw) {
        return key(workers + pair, draw.applyAsLong(required(workers + pair)));
    }

    long sharedKey(LongUnaryOperator draw) {
        return key(2 * workers, draw.applyAsLong(Math.min(SHARED_KEYS, required(2 * workers))));
    }

    /** Returns all shared keys; empty where there are too few keys. */
    LongStream sharedKeys() {
        return LongStream.range(0, Math.min(SHARED_KEYS, count(2 * workers))).map(index -> key(2 * workers, index));
    }

    boolean isShared(long key) {
        return sharedKeys().anyMatch(shared -> shared == key);
    }

    /** Returns the pair that an owned key belongs to. */
    int pair(long key) {
        return (int) ((key - 1) % classes() % workers);
    }

    private long required(int remainder) {
        long count = count(remainder);
        if (count < 1) {
            throw new IllegalStateException("with " + highest + " rows and " + workers
                    + " workers of each version there are too few keys; give the baseline at least " + classes()
                    + " rows");
        }
        return count;
    }

    private long count(int remainder) {
        return (highest - remainder + classes() - 1) / classes();
    }

    private long key(int remainder, long index) {
        return remainder + 1 + classes() * index;
    }

    private long classes() {
        return 2L * workers + 1;
    }
}
