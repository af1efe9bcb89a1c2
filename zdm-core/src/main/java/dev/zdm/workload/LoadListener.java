package dev.zdm.workload;

import dev.zdm.observation.OperationName;
import org.jspecify.annotations.Nullable;

/** Learns of every operation. Called by many threads at once, so it must be quick and thread-safe. */
public interface LoadListener {
    /** An application session is about to be used for an operation. */
    void sessionUsed(OperationName operation, int pid);

    /** A worker has ended its use of a session. */
    void sessionReleased(int pid);

    /**
     * An operation ended.
     *
     * @param outcome when it should have begun, began and ended
     * @param failure what it threw; null: it succeeded
     */
    void ended(Outcome outcome, @Nullable Throwable failure);

    /**
     * One run of an operation; times are of {@link System#nanoTime()}.
     *
     * @param operation the operation
     * @param worker the number of the worker, from 0 within its version
     * @param intended when it should have begun
     * @param began when it began
     * @param ended when it ended
     */
    record Outcome(OperationName operation, int worker, long intended, long began, long ended) {}

    /** Returns whether a worker must run this operation soon, for a window to be complete. */
    boolean isWanted(OperationName operation, int worker);
}
