package dev.zdm.observation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All waits of one operation that the migration had no part in, also those too many to be kept one by one.
 *
 * @param waiter on whose behalf the sessions waited
 * @param operation the operation; null: unknown, or the waiter is no application session
 * @param count how many waits
 * @param total how long they lasted together
 * @param longest how long the longest lasted
 */
public record ContentionSummary(
        SessionRole waiter, @Nullable OperationName operation, long count, Duration total, Duration longest) {
    /** Returns the summary with one more wait. */
    ContentionSummary plus(Duration duration) {
        Duration max = duration.compareTo(longest) > 0 ? duration : longest;
        return new ContentionSummary(waiter, operation, count + 1, total.plus(duration), max);
    }
}
