package dev.zdm.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The latest operations of one session, in a ring that grows up to {@value #CAPACITY}.
 *
 * <p>Safe for use by several threads; made for one that writes and one that seldom reads.
 */
final class SessionOperations {
    static final int CAPACITY = 1024;
    private static final int INITIAL_CAPACITY = 16;
    private static final long RUNNING = Long.MAX_VALUE;

    private @Nullable OperationName[] operations = new @Nullable OperationName[INITIAL_CAPACITY];
    private long[] begins = new long[INITIAL_CAPACITY];
    private long[] ends = new long[INITIAL_CAPACITY];
    private long count;

    synchronized void started(OperationName operation, Instant at) {
        ended(at);
        if (count == operations.length && count < CAPACITY) {
            grow();
        }
        int slot = slot(count++);
        operations[slot] = operation;
        begins[slot] = nanos(at);
        ends[slot] = RUNNING;
    }

    synchronized void ended(Instant at) {
        if (count > 0 && ends[slot(count - 1)] == RUNNING) {
            ends[slot(count - 1)] = nanos(at);
        }
    }

    /** Returns the run that shares the most time with the interval, the later one of equals. */
    synchronized Optional<Run> at(Instant begin, Instant end) {
        long from = nanos(begin);
        long to = nanos(end);
        int best = -1;
        long most = -1;
        for (long i = count - 1; i >= Math.max(0, count - operations.length); i--) {
            int slot = slot(i);
            long shared = Math.min(to, ends[slot]) - Math.max(from, begins[slot]);
            if (shared > most) {
                most = shared;
                best = slot;
            }
            if (ends[slot] < from) {
                break;
            }
        }
        return best < 0 ? Optional.empty() : Optional.ofNullable(run(best));
    }

    private @Nullable Run run(int slot) {
        OperationName operation = operations[slot];
        return operation == null ? null : new Run(operation, ends[slot] == RUNNING ? null : instant(ends[slot]));
    }

    private void grow() {
        // Only a ring that has never wrapped grows, so that its entries stay in their slots.
        int length = operations.length * 2;
        operations = Arrays.copyOf(operations, length);
        begins = Arrays.copyOf(begins, length);
        ends = Arrays.copyOf(ends, length);
    }

    private int slot(long index) {
        return (int) (index % operations.length);
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    private static Instant instant(long nanos) {
        return Instant.EPOCH.plus(Duration.ofNanos(nanos));
    }

    /**
     * One run of an operation.
     *
     * @param operation the operation
     * @param end when it ended; null: it is running
     */
    record Run(OperationName operation, @Nullable Instant end) {}
}
