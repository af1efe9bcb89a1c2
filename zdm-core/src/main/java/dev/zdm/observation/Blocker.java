package dev.zdm.observation;

import java.util.Optional;

/**
 * A session that stood between another one and its lock.
 *
 * @param pid its backend
 * @param holds whether it held the lock; if not, it waited for it ahead of the other
 * @param blamed whether it is a session of the migration and the cause
 * @param toTheEnd whether it is certain that it stood there until the other's wait ended
 * @param waiting its own wait at that time
 */
record Blocker(int pid, boolean holds, boolean blamed, boolean toTheEnd, Optional<ObservedWait> waiting) {}
