package dev.zdm.observation;

import dev.zdm.postgres.LockMode;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One row of <a href="https://www.postgresql.org/docs/current/view-pg-locks.html">{@code pg_locks}</a>.
 *
 * @param pid the backend that holds the lock or waits for it
 * @param transaction the virtual transaction on whose behalf it does
 * @param target what is locked
 * @param mode the mode, as {@code pg_locks} spells it
 * @param since when the wait began; null: the lock is held, or the wait is too young for the server to know
 * @param granted whether the lock is held
 */
record LockRow(
        int pid,
        String transaction,
        LockTarget target,
        String mode,
        boolean granted,
        @Nullable Instant since) {
    /** Returns the mode; empty for one that this version of zdm does not know. */
    Optional<LockMode> lockMode() {
        return LockMode.ofCatalogName(mode);
    }

    /** Tells whether two sessions cannot have these locks at once; modes that are not known are taken to conflict. */
    boolean conflictsWith(LockRow other) {
        Optional<LockMode> mine = lockMode();
        Optional<LockMode> theirs = other.lockMode();
        return target.equals(other.target)
                && (mine.isEmpty() || theirs.isEmpty() || mine.get().conflictsWith(theirs.get()));
    }

    /** Tells whether a later row is about the same wait. */
    boolean isSameWaitAs(LockRow other) {
        return pid == other.pid && since != null && since.equals(other.since) && target.equals(other.target);
    }
}
