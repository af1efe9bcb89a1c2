package dev.zdm.workload;

import java.util.function.LongUnaryOperator;

/**
 * Draws numbers that lie evenly over their range, the same ones after each {@link #restart}: the lowest, the highest, then
 * always one in the widest gap. For use by one thread.
 *
 * <p>Chance would leave gaps: a path of an operation that only some keys take should be taken in a few runs.
 */
final class SpreadKeys implements LongUnaryOperator {
    // Multiples of the golden ratio, modulo 1, are spread as evenly as any sequence whose length is not known.
    private static final double STEP = (Math.sqrt(5) - 1) / 2;

    private long drawn;

    void restart() {
        drawn = 0;
    }

    @Override
    public long applyAsLong(long bound) {
        long index = drawn++;
        if (index < 2) {
            return index == 0 ? 0 : bound - 1;
        }
        double place = index * STEP;
        return Math.min(bound - 1, (long) ((place - Math.floor(place)) * bound));
    }
}
