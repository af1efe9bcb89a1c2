package dev.zdm.workload;

import dev.zdm.observation.OperationName;
import org.jspecify.annotations.Nullable;

/**
 * A value of a fact of a key.
 *
 * @param value the value; null: none
 * @param by who wrote it; null: nobody did, it was there
 * @param nanos when it was acknowledged, announced or read first, of {@link System#nanoTime()}
 */
record Write(@Nullable Object value, @Nullable OperationName by, long nanos) {
    boolean has(@Nullable Object other) {
        return Values.same(value, other);
    }
}
