package dev.zdm.rehearsal;

import dev.zdm.observation.OperationError;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.SqlState;
import dev.zdm.workload.LoadListener.Outcome;
import dev.zdm.workload.StatementFailedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Counts the failures of one phase, equal ones together. Safe for use by several threads. */
final class ErrorCounts {
    private final Map<Key, Entry> entries = new HashMap<>();
    private final Map<OperationName, Long> successes = new HashMap<>();
    private final Map<OperationName, Long> successesBeforeChange = new HashMap<>();
    private Set<VersionRole> arrivals = Set.of();
    private boolean changeBegan;

    /** What has no SQLSTATE is told apart by its class. */
    private record Key(OperationName operation, SqlState sqlState, String type) {
        static Key of(OperationName operation, Throwable failure) {
            SqlState sqlState = SqlState.of(failure);
            return new Key(
                    operation,
                    sqlState,
                    sqlState.equals(SqlState.UNKNOWN) ? failure.getClass().getName() : "");
        }
    }

    /** Says that failures from now on are after the begin of the change. */
    synchronized void changeBegins() {
        changeBegan = true;
        successesBeforeChange.putAll(successes);
    }

    /** Says which versions got their first traffic in this phase: what they fail at, no earlier phase has shown. */
    synchronized void arrived(Set<VersionRole> versions) {
        arrivals = Set.copyOf(versions);
    }

    /** Returns whether anything failed since the begin of the change. */
    synchronized boolean anySinceChange() {
        return entries.values().stream().anyMatch(entry -> entry.firstAfterChange != 0);
    }

    synchronized void succeeded(OperationName operation) {
        successes.merge(operation, 1L, Long::sum);
    }

    synchronized void failed(Outcome outcome, Throwable failure, WindowKind window) {
        long succeeded = successes.getOrDefault(outcome.operation(), 0L);
        Entry entry = entries.computeIfAbsent(
                Key.of(outcome.operation(), failure), k -> new Entry(failure, outcome.ended(), window, succeeded));
        entry.count++;
        entry.last = outcome.ended();
        if (!changeBegan && !arrivals.contains(outcome.operation().version())) {
            entry.countBeforeChange++;
        } else if (entry.firstAfterChange == 0) {
            entry.firstAfterChange = outcome.ended();
            entry.successesBefore = succeeded;
        }
    }

    /**
     * Returns the counted failures by operation: an order by frequency would differ from run to run.
     *
     * @param during gives the statement of the change that ran, or had run last, at a time of {@code System.nanoTime()}
     */
    synchronized List<OperationError> toErrors(WallClock clock, LongFunction<@Nullable StatementRun> during) {
        List<OperationError> errors = new ArrayList<>();
        entries.forEach((key, entry) -> errors.add(new OperationError(
                key.operation(),
                key.sqlState(),
                entry.message,
                entry.count,
                entry.countBeforeChange,
                successesBeforeChange.getOrDefault(key.operation(), 0L),
                clock.at(entry.first),
                clock.at(entry.last),
                entry.firstWindow,
                successes.getOrDefault(key.operation(), 0L) - entry.successesBefore,
                entry.firstAfterChange == 0 ? null : during.apply(entry.firstAfterChange),
                entry.statement)));
        errors.sort(
                Comparator.comparing((OperationError error) -> error.operation().toString())
                        .thenComparing(error -> error.sqlState().code())
                        .thenComparing(OperationError::message));
        return errors;
    }

    /** Failures of one operation with one SQLSTATE. */
    private static final class Entry {
        private final String message;
        private final @Nullable String statement;
        private final long first;
        private final WindowKind firstWindow;
        private long successesBefore;
        private long last;
        private long firstAfterChange;
        private long count;
        private long countBeforeChange;

        Entry(Throwable failure, long first, WindowKind firstWindow, long successesBefore) {
            String text = failure.getMessage();
            this.message = SqlState.of(failure).equals(SqlState.UNKNOWN) || text == null
                    ? failure.toString()
                    : text + firstFailure(failure);
            this.statement = failure instanceof StatementFailedException named ? named.statement() : null;
            this.first = first;
            this.firstWindow = firstWindow;
            this.successesBefore = successesBefore;
        }

        /** A transaction that goes on after a failure hides it: the driver gives it as the cause of what follows. */
        private static String firstFailure(Throwable failure) {
            Throwable first = failure;
            while (first.getCause() != null) {
                first = first.getCause();
            }
            return SqlState.of(failure).equals(SqlState.IN_FAILED_SQL_TRANSACTION) && first != failure
                    ? "; after: " + first.getMessage()
                    : "";
        }
    }
}
