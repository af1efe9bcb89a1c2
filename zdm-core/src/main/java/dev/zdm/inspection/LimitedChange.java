package dev.zdm.inspection;

import dev.zdm.change.ChangeException;
import dev.zdm.change.RunningChange;
import dev.zdm.change.SessionSource;
import dev.zdm.change.SqlParameters;
import dev.zdm.change.StatementListener;
import dev.zdm.database.Database;
import dev.zdm.plan.Change;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Carries out changes alone on quiet clones, and stops one that takes too long.
 *
 * @param limit how long a change may take
 */
record LimitedChange(Duration limit) {
    /**
     * Carries out a change.
     *
     * @param where the clone
     * @param sessions opens the sessions that it runs on
     * @return why it failed or that it was stopped; null: it did not
     * @throws InterruptedException if the calling thread is interrupted; the change is stopped then, and the message says
     *     what it was doing
     */
    @Nullable
    ChangeException carryOut(Change change, Database where, SessionSource sessions, StatementListener listener)
            throws InterruptedException {
        SessionSource control = QuietSessions.of(where)::getConnection;
        RunningChange running = new RunningChange(change, sessions, SqlParameters.NONE, listener);
        try {
            if (!running.await(limit)) {
                running.stop(
                        "it was stopped after " + limit.toMillis() / 1000.0
                                + " s, the limit of a change, while it ran alone on a quiet clone",
                        control);
            }
        } catch (InterruptedException e) {
            running.stop("the rehearsal was interrupted", control);
            ChangeException failure = running.failure();
            InterruptedException told = new InterruptedException(failure == null ? null : failure.getMessage());
            told.initCause(e);
            throw told;
        }
        return running.failure();
    }
}
