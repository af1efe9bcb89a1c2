package dev.zdm.rehearsal;

import dev.zdm.observation.Latency;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.Window;
import dev.zdm.observation.Window.Coverage;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.RollOutStep;
import dev.zdm.workload.LoadListener.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A window that is being filled. Safe for use by several threads.
 *
 * <p>An operation belongs to the window in which it should have begun, however late it ends, so that a stall counts where
 * it happened; it counts for the coverage only if it really began in the window.
 */
final class OpenWindow {
    private static final int SIGNIFICANT_DIGITS = 2;

    private final WindowKind kind;
    private final RollOutStep step;
    private final long beginNanos;
    private final int wanted;
    private final Map<OperationName, Cell> cells = new LinkedHashMap<>();
    private volatile long endNanos;
    private volatile boolean complete;

    /**
     * Opens a window.
     *
     * @param operations what must run in it, with the number of workers of its version
     * @param wanted how often each must run on each worker's session
     */
    OpenWindow(WindowKind kind, RollOutStep step, Map<OperationName, Integer> operations, int wanted) {
        this.kind = kind;
        this.step = step;
        this.wanted = wanted;
        this.beginNanos = System.nanoTime();
        operations.forEach((operation, workers) -> cells.put(operation, new Cell(workers)));
    }

    long beginNanos() {
        return beginNanos;
    }

    WindowKind kind() {
        return kind;
    }

    void record(Outcome outcome, boolean failed) {
        Cell cell = cells.get(outcome.operation());
        if (cell != null) {
            cell.record(outcome);
            cell.count(outcome, failed, outcome.began() >= beginNanos);
        }
    }

    /** Counts an operation that began in this window although it should have begun in an earlier one. */
    void cover(Outcome outcome, boolean failed) {
        Cell cell = cells.get(outcome.operation());
        if (cell != null && outcome.began() >= beginNanos) {
            cell.count(outcome, failed, true);
        }
    }

    boolean isWanted(OperationName operation, int worker) {
        Cell cell = cells.get(operation);
        return cell != null && !cell.isCovered(worker, wanted);
    }

    boolean isCovered() {
        return firstUncovered() == null;
    }

    @Nullable
    OperationName firstUncovered() {
        for (Map.Entry<OperationName, Cell> entry : cells.entrySet()) {
            if (entry.getValue().coveredWorkers(wanted) < entry.getValue().workers) {
                return entry.getKey();
            }
        }
        return null;
    }

    long elapsedNanos() {
        return System.nanoTime() - beginNanos;
    }

    void close(boolean isComplete) {
        endNanos = System.nanoTime();
        complete = isComplete;
    }

    Window toWindow(WallClock clock) {
        List<Coverage> coverage = new ArrayList<>();
        cells.forEach((operation, cell) -> coverage.add(new Coverage(
                operation, cell.succeeded.sum(), cell.failed.sum(), cell.coveredWorkers(wanted), cell.workers)));
        Duration length = Duration.ofNanos(endNanos - beginNanos);
        return new Window(kind, step.oldPercent(), step.flags(), clock.at(beginNanos), length, coverage, complete);
    }

    List<Latency> latencies(int index) {
        List<Latency> latencies = new ArrayList<>();
        cells.forEach((operation, cell) -> cell.latency(operation, index, latencies));
        return latencies;
    }

    /** What one operation did in the window. */
    private static final class Cell {
        private final int workers;
        private final AtomicIntegerArray successes;
        private final AtomicIntegerArray failures;
        private final LongAdder succeeded = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final Histogram fromIntended = new ConcurrentHistogram(SIGNIFICANT_DIGITS);
        private final Histogram service = new ConcurrentHistogram(SIGNIFICANT_DIGITS);
        private final Histogram startLag = new ConcurrentHistogram(SIGNIFICANT_DIGITS);

        Cell(int workers) {
            this.workers = workers;
            this.successes = new AtomicIntegerArray(workers);
            this.failures = new AtomicIntegerArray(workers);
        }

        void record(Outcome outcome) {
            fromIntended.recordValue(micros(outcome.ended() - outcome.intended()));
            service.recordValue(micros(outcome.ended() - outcome.began()));
            startLag.recordValue(micros(outcome.began() - outcome.intended()));
        }

        void count(Outcome outcome, boolean isFailure, boolean covers) {
            (isFailure ? failed : succeeded).increment();
            if (covers) {
                (isFailure ? failures : successes).incrementAndGet(outcome.worker());
            }
        }

        /** A session that only ever fails has told what it can tell. */
        boolean isCovered(int worker, int wanted) {
            return successes.get(worker) >= wanted || failures.get(worker) >= wanted;
        }

        int coveredWorkers(int wanted) {
            int covered = 0;
            for (int i = 0; i < workers; i++) {
                covered += isCovered(i, wanted) ? 1 : 0;
            }
            return covered;
        }

        void latency(OperationName operation, int window, List<Latency> into) {
            if (fromIntended.getTotalCount() > 0) {
                into.add(new Latency(
                        Objects.requireNonNull(operation),
                        window,
                        fromIntended.getTotalCount(),
                        duration(fromIntended.getValueAtPercentile(50)),
                        duration(fromIntended.getValueAtPercentile(99)),
                        duration(fromIntended.getMaxValue()),
                        duration(service.getValueAtPercentile(99)),
                        duration(startLag.getValueAtPercentile(99))));
            }
        }

        private static long micros(long nanos) {
            return Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos));
        }

        private static Duration duration(long micros) {
            return Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(micros));
        }
    }
}
