package dev.zdm.observation;

import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One wait of a session for a lock, by the server's own account.
 *
 * @param waiter on whose behalf the waiting session worked
 * @param waiterPid its backend
 * @param operation the operation that waited; null: unknown, or the waiter is no application session
 * @param mode the mode it asked for, as {@code pg_locks} spells it ({@code AccessShareLock})
 * @param target what it waited for, as the log says it: {@code relation 16385}, {@code transaction 733}, …
 * @param relation the relation, where the target is one and its name is known
 * @param begin when the wait began
 * @param duration how long it lasted
 * @param cause why it waited
 * @param causedDuration how much of it the migration caused; zero for contention
 * @param culprit the statement of the migration that caused it; null: it did not, or between two statements
 * @param chain who it waited for, nearest first, in words
 */
public record LockWait(
        SessionRole waiter,
        int waiterPid,
        @Nullable OperationName operation,
        String mode,
        String target,
        @Nullable Relation relation,
        Instant begin,
        Duration duration,
        Cause cause,
        Duration causedDuration,
        @Nullable SqlStatement culprit,
        List<String> chain) {
    public LockWait {
        chain = List.copyOf(chain);
    }

    /** Why a session waited. */
    public enum Cause {
        /** The migration held the lock, or a session that waited for the migration held it. */
        MIGRATION,
        /** The migration itself waited, and the session queued behind it. */
        LOCK_QUEUE,
        /** Ordinary contention: no session of the migration had a part in it. */
        CONTENTION
    }
}
