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
     * Reads a fact of a key, a few times where that fails: nothing may be written before it was read.
     *
     * <p>The listener is told how it ended, and of each failure but that of a lost connection that the next try made up for.
     *
     * @return what was read; null: the version has no such fact, or reading failed every time
     */
    @Nullable
    Found read(Fact fact, long key) {
        if (!facts.has(fact)) {
            return null;
        }
        for (int tries = 1; tries <= TRIES; tries++) {
            long began = System.nanoTime();
            try {
                Found found = new Found(facts.read(fact, key));
                tell(fact, began, null);
                return found;
            } catch (Exception | LinkageError | AssertionError e) {
                if (tries == TRIES || !Fate.isLost(e)) {
                    tell(fact, began, e);
                }
            }
        }
        return null;
    }

    private void tell(Fact fact, long began, @Nullable Throwable failure) {
        listener.readBack(new LoadListener.Outcome(name(fact), NO_WORKER, began, began, System.nanoTime()), failure);
    }

    /** Returns the name under which the reading of a fact is told. */
    OperationName name(Fact fact) {
        return OperationName.readBack(version, fact.name());
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
