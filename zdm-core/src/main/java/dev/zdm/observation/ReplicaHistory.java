package dev.zdm.observation;

import dev.zdm.plan.Replica;
import dev.zdm.postgres.Relation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one phase did to the replica.
 *
 * @param asked the replica as planned; null: there was none
 * @param settings the settings in force on the standby that decide what becomes of its readers
 * @param lags how far it was behind, by window; windows in which nobody looked are missing
 * @param waits operations that waited on the replica for the replay, longest first
 * @param caughtUp whether it replayed everything within the lag that is allowed, once the load had ended
 * @param longReader what the change did to a long reader, on a quiet clone; null: that was not rehearsed
 */
public record ReplicaHistory(
        @Nullable Replica asked,
        Map<String, String> settings,
        List<Lag> lags,
        List<ReaderWait> waits,
        boolean caughtUp,
        @Nullable LongReader longReader) {
    /** There was no replica. */
    public static final ReplicaHistory NONE = new ReplicaHistory(null, Map.of(), List.of(), List.of(), true, null);

    public ReplicaHistory {
        settings = Map.copyOf(settings);
        lags = List.copyOf(lags);
        waits = List.copyOf(waits);
    }

    /**
     * How far the replica was behind in one window.
     *
     * @param window the number of the window in the history
     * @param longest the longest time for which something committed on the primary was not to be seen on the replica
     * @param seen when that was seen
     * @param mostBytes the most of the write-ahead log that was on the primary's disk and not replayed
     * @param walBytes how much of it the primary wrote since the last look of the window before, up to the last look
     * @param walTime between which two looks that was measured
     */
    public record Lag(int window, Duration longest, Instant seen, long mostBytes, long walBytes, Duration walTime) {
        /** Returns when what was missing on the replica then had been committed. */
        public Instant since() {
            return seen.minus(longest);
        }
    }

    /**
     * An operation that waited on the replica for a lock of the replay.
     *
     * @param relation the relation that was locked
     * @param operation the operation; null: a session of the workload's own
     * @param begin when it began to wait
     * @param duration for how long it was seen to wait, at least
     */
    public record ReaderWait(Relation relation, @Nullable OperationName operation, Instant begin, Duration duration) {}

    /**
     * What a change did to a query that had been reading on the replica for long, and to one that came later.
     *
     * @param tables the tables that the long reader reads and the change locks
     * @param conflict the table on which the replay waited for the long reader; null: it did not have to
     * @param replayWaited for how long it was seen to wait
     * @param error why the server ended the long reader, SQLSTATE and message; null: it did not
     * @param newReaderWaited how long a reader that came meanwhile waited for the replay; zero: it did not
     */
    public record LongReader(
            List<Relation> tables,
            @Nullable Relation conflict,
            Duration replayWaited,
            @Nullable String error,
            Duration newReaderWaited) {
        public LongReader {
            tables = List.copyOf(tables);
        }
    }
}
