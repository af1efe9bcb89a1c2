package dev.zdm.observation;

import dev.zdm.plan.FlagStep;
import dev.zdm.postgres.SqlState;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What every operation of both versions does on the schema before and after the change of a phase, and after its rollback,
 * on a quiet clone.
 *
 * @param cells by operation; empty: the phase changes nothing, or it is not known
 * @param unknown what is not known and why, in words; null: all is known
 * @param took how long it took to find out
 */
public record Compatibility(List<Cell> cells, @Nullable String unknown, Duration took) {
    /** Of a phase without a change. */
    public static final Compatibility NONE = new Compatibility(List.of(), null, Duration.ZERO);

    /** Copies the list. */
    public Compatibility {
        Objects.requireNonNull(took);
        cells = List.copyOf(cells);
    }

    /** When an operation ran. */
    public enum State {
        /** Before the change. */
        BEFORE,
        /** After the change, on sessions on which it had been prepared before the change. */
        WARM,
        /** After the change, on new sessions. */
        AFTER,
        /** After the rollback of the change, on new sessions. */
        UNDONE
    }

    /**
     * One operation.
     *
     * @param operation the operation
     * @param flags the feature flags with which it ran
     * @param needed whether the plan's traffic runs it after the change
     * @param neededUndone whether the plan's traffic runs it after the rollback
     * @param runs what it did in each state; a state in which it did not run is missing
     * @param unchanged the same runs once more on a clone without the change, made where a failure may be due to the
     *     data; {@link Runs#NONE}: not made
     */
    public record Cell(
            OperationName operation,
            FlagStep flags,
            boolean needed,
            boolean neededUndone,
            Map<State, Runs> runs,
            Runs unchanged) {
        /** Copies the map. */
        public Cell {
            Objects.requireNonNull(operation);
            Objects.requireNonNull(flags);
            Objects.requireNonNull(unchanged);
            runs = runs.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(runs));
        }

        /** Returns the runs in a state. */
        public Runs in(State state) {
            return runs.getOrDefault(state, Runs.NONE);
        }

        /** Returns whether it ran in this state. */
        public boolean ran(State state) {
            return in(state).count() > 0;
        }

        /** Returns whether it works in this state, on sessions from before it too. */
        public boolean works(State state) {
            return failure(state).isEmpty()
                    && (state != State.AFTER || failure(State.WARM).isEmpty());
        }

        /**
         * Returns why it does not work in this state: a failure by the schema, or of every run, that there was not on a clone
         * without the change too, where that was tried. On sessions from before the change only what is due to them counts.
         */
        public Optional<Failure> failure(State state) {
            Runs there = in(state);
            return there.failures().stream()
                    .filter(failure -> state == State.WARM
                            ? failure.sqlState().equals(SqlState.FEATURE_NOT_SUPPORTED)
                            : failure.isBySchema() || there.succeeded() == 0)
                    .filter(failure -> !unchanged.has(failure.sqlState()))
                    .findFirst();
        }
    }

    /**
     * How often an operation ran in one state.
     *
     * @param count how often
     * @param failures what its failures were, one for each SQLSTATE
     */
    public record Runs(int count, List<Failure> failures) {
        /** It did not run. */
        public static final Runs NONE = new Runs(0, List.of());

        /** Copies the list. */
        public Runs {
            failures = List.copyOf(failures);
        }

        /** Returns how often it succeeded. */
        public int succeeded() {
            return count - failures.stream().mapToInt(Failure::count).sum();
        }

        /** Returns whether it failed with this code. */
        public boolean has(SqlState sqlState) {
            return failures.stream().anyMatch(failure -> failure.sqlState().equals(sqlState));
        }
    }

    /**
     * Failures of an operation with the same code.
     *
     * @param sqlState the server's code, {@link SqlState#UNKNOWN} where it is not the server's failure
     * @param message the message of the first one
     * @param statement the application's statement, where it is known
     * @param count how many there were
     */
    public record Failure(
            SqlState sqlState, String message, @Nullable String statement, int count) {
        private static final Set<String> OF_SCHEMA = Set.of("23502", "23514", "22001", "22P02", "22003");

        public Failure {
            Objects.requireNonNull(sqlState);
            Objects.requireNonNull(message);
        }

        /** Returns whether the schema is the reason, rather than what the data happened to be. */
        public boolean isBySchema() {
            return isByNames() || OF_SCHEMA.contains(sqlState.code());
        }

        /** Returns whether the reason is a name or a type, so that no data would help. */
        public boolean isByNames() {
            return sqlState.code().startsWith("42") || sqlState.equals(SqlState.FEATURE_NOT_SUPPORTED);
        }
    }
}
