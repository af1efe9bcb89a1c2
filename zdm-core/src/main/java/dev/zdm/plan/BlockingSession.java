package dev.zdm.plan;

import java.time.Duration;
import java.util.List;

/**
 * One more session, a report or an idle transaction: it begins a transaction before the change starts, runs its
 * statements and stays open for a while.
 *
 * @param statements at least one
 * @param hold how long the transaction stays open after its last statement
 * @param busy whether it runs a query all that time, as a report does, or is idle in its transaction
 */
public record BlockingSession(List<String> statements, Duration hold, boolean busy) {
    public BlockingSession {
        statements = List.copyOf(statements);
        if (statements.isEmpty() || hold.isNegative()) {
            throw new PlanException(
                    "a blocking session needs statements and a time to hold, found " + statements + " and " + hold);
        }
    }

    /** Makes a session that is idle in its transaction while it holds. */
    public BlockingSession(List<String> statements, Duration hold) {
        this(statements, hold, false);
    }
}
