package dev.zdm.observation;

import java.util.List;

/**
 * The sessions that hold a lock or wait for it, as the {@code DETAIL} of a log entry lists them.
 *
 * <p>Neither list says modes, and the second is not in the order of the queue: {@code ProcSleep} in PostgreSQL's
 * {@code proc.c} walks {@code lock->procLocks}, which is ordered by when a session first touched the lock, and a session
 * that holds the lock in one mode and waits for another is listed as waiting only.
 *
 * @param holders the backends that hold the lock and do not wait for it
 * @param waiters the backends that wait, in the order in which they first touched the lock
 */
record LockQueue(List<Integer> holders, List<Integer> waiters) {
    LockQueue {
        holders = List.copyOf(holders);
        waiters = List.copyOf(waiters);
    }

    /** Tells whether a session touched the lock before another that waits; false if one of them does not wait. */
    boolean touchedBefore(int pid, int other) {
        int place = waiters.indexOf(pid);
        return place >= 0 && place < waiters.indexOf(other);
    }
}
