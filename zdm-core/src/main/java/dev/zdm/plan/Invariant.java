package dev.zdm.plan;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A query that must return no row.
 *
 * @param name the words that reports use
 * @param query a single {@code SELECT}, {@code WITH}, {@code VALUES} or {@code TABLE}
 * @param fromPhase the phase from whose change on it holds; null: from the beginning
 * @param untilPhase the last phase in which it holds; null: to the end
 * @param underLoad whether it holds in every snapshot, also while the load runs, or only once the load is drained
 */
public record Invariant(
        String name,
        String query,
        @Nullable String fromPhase,
        @Nullable String untilPhase,
        boolean underLoad) {
    public Invariant {
        Objects.requireNonNull(name);
        if (query.isBlank()) {
            throw new PlanException(
                    "invariant '" + name + "' must be a query that returns no row, found an empty text");
        }
    }

    /** Returns an invariant that holds from the beginning, in every snapshot. */
    public static Invariant of(String name, String query) {
        return new Invariant(name, query, null, null, true);
    }

    /** Returns the same invariant, holding from the moment the change of this phase is done. */
    public Invariant from(String phase) {
        return new Invariant(name, query, phase, untilPhase, underLoad);
    }

    /** Returns the same invariant, holding up to the end of this phase. */
    public Invariant until(String phase) {
        return new Invariant(name, query, fromPhase, phase, underLoad);
    }

    /** Returns the same invariant, evaluated only when the load is drained. */
    public Invariant whenDrained() {
        return new Invariant(name, query, fromPhase, untilPhase, false);
    }
}
