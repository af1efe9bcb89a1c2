package dev.zdm.observation;

import dev.zdm.postgres.SqlState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Equal failures of one operation in one phase, counted.
 *
 * @param operation the operation that failed
 * @param sqlState the code; {@link SqlState#UNKNOWN} where the failure was none of the database's
 * @param message the message of the first one
 * @param count how many there were, before and after the change began
 * @param countBeforeChange how many there were before the change began
 * @param succeededBeforeChange how often the operation succeeded before the change began
 * @param first when the first one was seen
 * @param last when the last one was seen
 * @param firstWindow in which window the first one was seen
 * @param succeeded how often the operation succeeded in the same phase after the first failure, or after the first one
 *     since the begin of the change where there was one
 * @param during the statement of the change that was running when the first failure after the begin of the change was
 *     seen, or had run last; null: none had
 * @param statement the application's statement that failed, where it is known
 */
public record OperationError(
        OperationName operation,
        SqlState sqlState,
        String message,
        long count,
        long countBeforeChange,
        long succeededBeforeChange,
        Instant first,
        Instant last,
        WindowKind firstWindow,
        long succeeded,
        @Nullable StatementRun during,
        @Nullable String statement) {}
