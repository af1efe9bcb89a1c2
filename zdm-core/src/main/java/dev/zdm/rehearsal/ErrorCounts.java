package dev.zdm.rehearsal;

import dev.zdm.observation.OperationError;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.WindowKind;
import dev.zdm.postgres.SqlState;
import dev.zdm.workload.LoadListener.Outcome;
import dev.zdm.workload.StatementFailedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Counts the failures of one phase, equal ones together. Safe for use by several threads. */
final class ErrorCounts {
    private final Map<Key, Entry> entries = new HashMap<>();
    private final Map<OperationName, Long> successes = new HashMap<>();
    private boolean changeBegan;

    private record Key(OperationName operation, SqlState sqlState) {}

    /** Says that failures from now on are after the begin of the change. */
    synchronized void changeBegins() {
        changeBegan = true;
    }

    synchronized void succeeded(OperationName operation) {
        successes.merge(operation, 1L, Long::sum);
    }

    synchronized void failed(Outcome outcome, Throwable failure, WindowKind window) {
        Key key = new Key(outcome.operation(), SqlState.of(failure));
        Entry entry = entries.computeIfAbsent(
                key, k -> new Entry(failure, outcome.ended(), window, successes.getOrDefault(k.operation(), 0L)));
        entry.count++;
        entry.last = outcome.ended();
        if (!changeBegan) {
            entry.countBeforeChange++;
        } else if (entry.firstAfterChange == 0) {
            entry.firstAfterChange = outcome.ended();
        }
    }

    /**
     * Returns the counted failures, the most frequent first.
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
                clock.at(entry.first),
                clock.at(entry.last),
                entry.firstWindow,
                successes.getOrDefault(key.operation(), 0L) - entry.successesBefore,
                entry.firstAfterChange == 0 ? null : during.apply(entry.firstAfterChange),
                entry.statement)));
        errors.sort(Comparator.comparingLong(OperationError::count)
                .reversed()
                .thenComparing(error -> error.operation().toString())
                .thenComparing(error -> error.sqlState().code()));
        return errors;
    }

    /** Failures of one operation with one SQLSTATE. */
    private static final class Entry {
        private final String message;
        private final @Nullable String statement;
        private final long first;
        private final WindowKind firstWindow;
        private final long successesBefore;
        private long last;
        private long firstAfterChange;
        private long count;
        private long countBeforeChange;

        Entry(Throwable failure, long first, WindowKind firstWindow, long successesBefore) {
            String text = failure.getMessage();
            this.message = SqlState.of(failure).equals(SqlState.UNKNOWN) || text == null ? failure.toString() : text;
            this.statement = failure instanceof StatementFailedException named ? named.statement() : null;
            this.first = first;
            this.firstWindow = firstWindow;
            this.successesBefore = successesBefore;
        }
    }
}
