package dev.zdm.workload;

import dev.zdm.observation.OperationName;
import dev.zdm.plan.VersionRole;
import org.jspecify.annotations.Nullable;

/** Reads the facts of one version, and tells whether that succeeded. Safe for use by several threads. */
final class FactReader {
    private static final int NO_WORKER = -1;
    private static final int TRIES = 5;

    private final VersionRole version;
    private final Facts facts;
    private final LoadListener listener;

    FactReader(VersionRole version, Facts facts, LoadListener listener) {
        this.version = version;
        this.facts = facts;
        this.listener = listener;
    }

    /** What was read. */
    record Found(@Nullable Object value) {}

    VersionRole version() {
        return version;
    }

    Facts facts() {
        return facts;
    }

    /**
     * Reads a fact of a key, once more where the connection was lost: nothing may be written before it was read.
     *
     * @return what was read; null: the version has no such fact, or reading failed, and the listener was told
     */
    @Nullable
    Found read(Fact fact, long key) {
        if (!facts.has(fact)) {
            return null;
        }
        long began = System.nanoTime();
        Throwable failure = null;
        Found found = null;
        for (int tries = 0; tries < TRIES && found == null && (failure == null || Fate.isLost(failure)); tries++) {
            try {
                found = new Found(facts.read(fact, key));
            } catch (Exception | LinkageError | AssertionError e) {
                failure = e;
            }
        }
        OperationName name = OperationName.readBack(version, fact.name());
        LoadListener.Outcome outcome = new LoadListener.Outcome(name, NO_WORKER, began, began, System.nanoTime());
        listener.readBack(outcome, found == null ? failure : null);
        return found;
    }

    /** Reads a fact of a key as {@link #read} does, without telling anybody of a failure. */
    @Nullable
    Found peek(Fact fact, long key) {
        try {
            return facts.has(fact) ? new Found(facts.read(fact, key)) : null;
        } catch (Exception | LinkageError | AssertionError e) {
            return null;
        }
    }
}
