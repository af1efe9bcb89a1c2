package dev.zdm.plan;

import java.time.Duration;
import java.util.List;

/**
 * One more session, a report or an idle transaction: it begins a transaction before the change starts, runs its
 * statements and stays open for a while.
 *
 * <p>An idle one keeps the snapshot of its last query, as every idle transaction of pgjdbc does: the portal of the
 * extended protocol stays open until the next statement (<a
 * href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY">manual</a>). A concurrent
 * index build waits for it, on whatever table it was. With {@code SAVEPOINT} as its last statement it keeps its locks
 * only.
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
