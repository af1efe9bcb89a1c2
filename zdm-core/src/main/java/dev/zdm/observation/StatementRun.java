package dev.zdm.observation;

import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One run of one statement of a change.
 *
 * @param statement the statement
 * @param pid the backend that ran it
 * @param begin when it was sent
 * @param end when its answer was there
 * @param failure why it failed; null: it did not
 */
public record StatementRun(
        SqlStatement statement,
        int pid,
        Instant begin,
        Instant end,
        @Nullable Failure failure) {

    /** Returns how long it took. */
    public Duration duration() {
        return Duration.between(begin, end);
    }

    /**
     * Why a statement failed.
     *
     * @param sqlState the code
     * @param message the server's message
     */
    public record Failure(SqlState sqlState, String message) {}
}
