package dev.zdm.workload;

import dev.zdm.observation.OperationName;
import dev.zdm.plan.VersionRole;
import org.jspecify.annotations.Nullable;

/** Learns of every operation. Called by many threads at once, so it must be quick and thread-safe. */
public interface LoadListener {
    /**
     * A version is about to use one of its sessions.
     *
     * @param operation the operation that the calling thread runs; null: none, the workload uses threads of its own
     */
    void sessionUsed(VersionRole version, @Nullable OperationName operation, int pid);

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

    /**
     * A fact was read through a version.
     *
     * @param outcome which one, by the name that {@link OperationName#readBack} gives it; of no worker
     * @param failure what was thrown; null: it succeeded
     */
    default void readBack(Outcome outcome, @Nullable Throwable failure) {}

    /** Returns whether a worker must run this operation soon, for a window to be complete. */
    boolean isWanted(OperationName operation, int worker);
}
