package dev.zdm.observation;

import dev.zdm.plan.Invariant;
import dev.zdm.postgres.SqlState;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the evaluations of one invariant in one phase said.
 *
 * @param invariant the invariant
 * @param drained whether the load was drained, or running
 * @param evaluations how often it was evaluated, each time in one snapshot
 * @param violations in how many evaluations it returned rows
 * @param broken the first evaluation that returned rows; null: none did
 * @param failure why it could not be evaluated; null: it could
 */
public record InvariantOutcome(
        Invariant invariant,
        boolean drained,
        long evaluations,
        long violations,
        @Nullable Broken broken,
        @Nullable Failure failure) {
    public InvariantOutcome {
        Objects.requireNonNull(invariant);
    }

    /**
     * An evaluation that returned rows.
     *
     * @param at when its snapshot was taken
     * @param rows how many rows were counted, 1 or more
     * @param allCounted whether these are all, or counting took longer than allowed
     * @param firstRows the first of these rows, as {@code column=value, …}
     */
    public record Broken(Instant at, long rows, boolean allCounted, List<String> firstRows) {
        public Broken {
            Objects.requireNonNull(at);
            firstRows = List.copyOf(firstRows);
        }
    }

    /**
     * Why an invariant could not be evaluated.
     *
     * @param sqlState what the server called it
     * @param message in words
     * @param when on which side of the phase's change
     */
    public record Failure(SqlState sqlState, String message, When when) {
        public Failure {
            Objects.requireNonNull(sqlState);
            Objects.requireNonNull(message);
            Objects.requireNonNull(when);
        }
    }

    /** On which side of a phase's change an invariant could not be evaluated. */
    public enum When {
        /** Before it; after it, it could be. */
        BEFORE_CHANGE,
        /** After it; before it, it could be. */
        AFTER_CHANGE,
        /** Whenever it was tried. */
        ALWAYS
    }
}
