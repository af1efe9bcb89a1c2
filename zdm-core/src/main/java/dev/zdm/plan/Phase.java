package dev.zdm.plan;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One step of the migration.
 *
 * @param name unique within the plan
 * @param change what the phase does
 * @param traffic the traffic of the phase; null: it stays as the phase before left it (all old at first)
 * @param rollback how the change is undone; null: it cannot be
 */
public record Phase(
        String name,
        Change change,
        @Nullable Traffic traffic,
        @Nullable Change rollback) {
    public Phase {
        Objects.requireNonNull(change);
        if (name.isBlank()) {
            throw new PlanException("a phase needs a name, found an empty one");
        }
    }

    /** Returns a phase with a change, with the traffic that the phase before left and without a rollback. */
    public static Phase of(String name, Change change) {
        return new Phase(name, change, null, null);
    }

    /** Returns the same phase with this traffic. */
    public Phase withTraffic(int... oldPercents) {
        return new Phase(name, change, Traffic.steps(oldPercents), rollback);
    }

    /** Returns the same phase with this rollback. */
    public Phase withRollback(Change undo) {
        return new Phase(name, change, traffic, undo);
    }

    /** Returns the rollback, if there is one. */
    public Optional<Change> undo() {
        return Optional.ofNullable(rollback);
    }
}
