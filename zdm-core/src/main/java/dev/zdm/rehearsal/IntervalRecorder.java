package dev.zdm.rehearsal;

import dev.zdm.observation.Interval;
import dev.zdm.observation.OperationName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Keeps the latency of operations over time, a quarter of a second at a time. Recording is safe for several threads;
 * ticking is for one.
 *
 * <p>Bounded: when there are too many intervals to keep, later ones become longer.
 */
final class IntervalRecorder {
    private static final int SIGNIFICANT_DIGITS = 2;
    private static final int MOST = 20_000;
    private static final int AVERAGED = 16;

    private final WallClock clock;
    private final Map<OperationName, Recorder> recorders = new ConcurrentHashMap<>();
    private final List<Interval> intervals = new ArrayList<>();
    private final AtomicLong average = new AtomicLong();
    private long length = TimeUnit.MILLISECONDS.toNanos(250);
    private long begin = System.nanoTime();

    IntervalRecorder(WallClock clock) {
        this.clock = clock;
    }

    void record(OperationName operation, long nanos) {
        average.updateAndGet(before -> before + (Math.max(0, nanos) - before) / AVERAGED);
        recorders
                .computeIfAbsent(operation, name -> new Recorder(SIGNIFICANT_DIGITS))
                .recordValue(Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos)));
    }

    /** Returns how long operations take now: an average in which the last few weigh most. */
    Duration average() {
        return Duration.ofNanos(average.get());
    }

    /** Ends the interval when it is time. */
    void tick() {
        if (System.nanoTime() - begin >= length) {
            flush();
            length = intervals.size() > MOST ? TimeUnit.SECONDS.toNanos(10) : length;
        }
    }

    private void flush() {
        long now = System.nanoTime();
        recorders.forEach((operation, recorder) -> {
            Histogram histogram = recorder.getIntervalHistogram();
            if (histogram.getTotalCount() > 0) {
                intervals.add(new Interval(
                        operation,
                        clock.at(begin),
                        histogram.getTotalCount(),
                        micros(histogram.getValueAtPercentile(50)),
                        micros(histogram.getValueAtPercentile(99)),
                        micros(histogram.getMaxValue())));
            }
        });
        begin = now;
    }

    private static Duration micros(long value) {
        return Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(value));
    }

    List<Interval> take() {
        flush();
        List<Interval> taken = List.copyOf(intervals);
        intervals.clear();
        return taken;
    }
}
