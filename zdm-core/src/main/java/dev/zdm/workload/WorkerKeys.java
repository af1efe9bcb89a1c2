package dev.zdm.workload;

import java.util.HashSet;
import java.util.Set;
import java.util.function.LongUnaryOperator;

/** The keys of one worker, which its operations own one after the other. For use by one thread. */
final class WorkerKeys implements Keys {
    private static final int TRIES = 8;

    private final LongUnaryOperator draw;
    private final KeySpace space;
    private final int pair;
    private final Leases leases;
    private final Set<Long> held = new HashSet<>();
    private boolean ledger;

    /**
     * Makes the keys of one worker.
     *
     * @param pair the number of the worker within its version, from 0
     * @param leases those of the pair
     */
    WorkerKeys(LongUnaryOperator draw, KeySpace space, int pair, Leases leases) {
        this.draw = draw;
        this.space = space;
        this.pair = pair;
        this.leases = leases;
    }

    /** Begins an operation. */
    void begin(boolean takesLedger) {
        ledger = takesLedger;
    }

    /** Ends it: it owns nothing any more. */
    void end() {
        if (!held.isEmpty()) {
            leases.release(held);
            held.clear();
        }
    }

    boolean isOwned(long key) {
        return held.contains(key);
    }

    @Override
    public long any() {
        return space.any(draw);
    }

    @Override
    public long shared() {
        return space.sharedKey(draw);
    }

    @Override
    public long own() {
        long key = candidate();
        for (int i = 0; i < TRIES; i++) {
            if (held.contains(key) || leases.take(key)) {
                held.add(key);
                return key;
            }
            key = candidate();
        }
        if (!held.isEmpty()) {
            return held.iterator().next(); // To wait while owning a key could be for ever.
        }
        leases.await(key);
        held.add(key);
        return key;
    }

    private long candidate() {
        return ledger ? space.ledgerKey(pair, draw) : space.plainKey(pair, draw);
    }
}
