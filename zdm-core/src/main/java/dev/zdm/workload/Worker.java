package dev.zdm.workload;

import dev.zdm.observation.OperationName;
import dev.zdm.plan.VersionRole;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One worker: what its operations get, one after the other. For use by one thread.
 *
 * @param index its number within its version, from 0
 * @param random its source of chance
 * @param keys its keys
 * @param writes what it says about its writes
 * @param ledger how operations say it
 */
record Worker(int index, SplittableRandom random, WorkerKeys keys, WorkerLedger writes, Ledger ledger) {
    /** Returns a worker of a version that has these facts. */
    static Worker of(int index, VersionRole version, List<Fact> facts, SplittableRandom random, LedgerBook book) {
        return of(index, version, facts, random, random::nextLong, book);
    }

    /** Returns a worker whose keys are not left to chance. */
    static Worker of(int index, VersionRole version, List<Fact> facts, LongUnaryOperator draw, LedgerBook book) {
        return of(index, version, facts, new SplittableRandom(1), draw, book);
    }

    private static Worker of(
            int index,
            VersionRole version,
            List<Fact> facts,
            SplittableRandom random,
            LongUnaryOperator draw,
            LedgerBook book) {
        WorkerKeys keys = book.keys(index, draw);
        WorkerLedger writes = new WorkerLedger(book, version, facts, keys);
        return new Worker(index, random, keys, writes, writes.ledger());
    }

    /** Runs an operation and returns what it threw; null: it succeeded. */
    @Nullable
    Throwable run(BoundOperation operation, OperationName name) {
        boolean takesLedger = operation.takesLedger();
        keys.begin(takesLedger);
        if (takesLedger) {
            writes.begin(name);
        }
        Throwable failure = null;
        try {
            operation.run(keys, ledger);
        } catch (Exception | LinkageError | AssertionError e) {
            failure = e;
        } finally {
            if (takesLedger) {
                writes.end(failure);
            }
            keys.end();
        }
        return failure;
    }
}
