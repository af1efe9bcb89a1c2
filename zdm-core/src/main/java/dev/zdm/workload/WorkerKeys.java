package dev.zdm.workload;

import java.util.SplittableRandom;

/** The keys of one worker; ownership is by remainder, so that no two workers own the same key. */
final class WorkerKeys implements Keys {
    private final SplittableRandom random;
    private final long highest;
    private final int owner;
    private final int owners;

    /**
     * Makes the keys of one worker.
     *
     * @param highest the highest key, at least 1
     * @param owner the number of this worker among all workers of both versions, from 0
     * @param owners how many workers there are
     */
    WorkerKeys(SplittableRandom random, long highest, int owner, int owners) {
        this.random = random;
        this.highest = highest;
        this.owner = owner;
        this.owners = owners;
    }

    @Override
    public long any() {
        return 1 + random.nextLong(highest);
    }

    @Override
    public long own() {
        long count = (highest - owner + owners - 1) / owners;
        if (count < 1) {
            throw new IllegalStateException("with " + highest + " rows and " + owners
                    + " workers there is no key for each worker to own; give the baseline more rows");
        }
        return owner + 1 + owners * random.nextLong(count);
    }
}
