package dev.zdm.inspection;

import dev.zdm.observation.Growth.Kind;
import java.time.Duration;
import java.util.List;

/** Tells growth from counted work, and the time at another size from a line over that work. Pure functions. */
final class GrowthModel {
    /** Of counted rows: what a table's growth adds is none of them, or a part of it that can be told from none. */
    private static final double LEAST_SHARE = 0.001;

    private static final long FEW = 8;

    /** Work that grows as a power of the rows above this one is no longer linear. */
    private static final double FASTER = 1.2;

    /** Times that differ by less than this factor tell nothing about a line. */
    private static final double DISCERNIBLE = 1.5;

    private GrowthModel() {}

    /**
     * The work done on a table of one size.
     *
     * @param rows the size
     * @param work the counted work
     */
    record Counted(long rows, long work) {}

    /**
     * How counted work grows.
     *
     * @param kind the kind
     * @param perRow the work that one more row adds
     * @param exponent of the power of the rows that it grows with
     * @param largest what was counted on the largest table
     */
    record Work(Kind kind, double perRow, double exponent, Counted largest) {
        /** Returns the work on a table of this many rows. */
        double at(long rows) {
            return switch (kind) {
                case CONSTANT -> largest.work();
                case LINEAR -> Math.max(0, largest.work() + perRow * (rows - largest.rows()));
                case FASTER -> largest.work() * Math.pow((double) rows / largest.rows(), exponent);
            };
        }
    }

    /** Tells how work grows from what was counted at growing sizes, at least one, none without rows. */
    static Work work(List<Counted> counted) {
        Counted largest = counted.get(counted.size() - 1);
        Counted smallest = counted.get(0);
        if (smallest.rows() == largest.rows()) {
            // One size only: whoever reads a row for each row there is, or for some, is taken to do so at any size.
            boolean grows = largest.work() > FEW;
            return new Work(
                    grows ? Kind.LINEAR : Kind.CONSTANT,
                    grows ? (double) largest.work() / largest.rows() : 0,
                    grows ? 1 : 0,
                    largest);
        }
        double added = (double) largest.work() - smallest.work();
        double rows = (double) largest.rows() - smallest.rows();
        if (added <= Math.max(FEW, LEAST_SHARE * rows)) {
            return new Work(Kind.CONSTANT, 0, 0, largest);
        }
        Counted middle = counted.get(counted.size() - 2);
        double perRow = (double) (largest.work() - middle.work()) / (largest.rows() - middle.rows());
        double exponent = Math.log((double) largest.work() / Math.max(1, middle.work()))
                / Math.log((double) largest.rows() / middle.rows());
        return exponent > FASTER && middle.work() > FEW
                ? new Work(Kind.FASTER, perRow, exponent, largest)
                : new Work(Kind.LINEAR, added / rows, 1, largest);
    }

    /**
     * A measured time.
     *
     * @param work the work that was done in it
     * @param nanos the time
     */
    record Timed(double work, double nanos) {}

    /**
     * A foretold time.
     *
     * @param time the time
     * @param atMost whether it is only known not to be exceeded
     */
    record Foretold(Duration time, boolean atMost) {}

    /**
     * Foretells the time of more work.
     *
     * @param timed times at growing sizes, at least one
     */
    static Foretold time(Kind kind, List<Timed> timed, double work) {
        Timed largest = timed.get(timed.size() - 1);
        Timed smallest = timed.get(0);
        if (kind == Kind.CONSTANT) {
            return new Foretold(duration(median(timed)), false);
        }
        double proportional = largest.nanos() * Math.max(1, work / Math.max(1, largest.work()));
        boolean discernible = largest.work() > smallest.work() && largest.nanos() >= DISCERNIBLE * smallest.nanos();
        if (!discernible) {
            return new Foretold(duration(proportional), true);
        }
        Line line = Line.through(timed);
        return new Foretold(duration(Math.min(line.at(work), proportional)), false);
    }

    private static double median(List<Timed> timed) {
        double[] nanos = timed.stream().mapToDouble(Timed::nanos).sorted().toArray();
        return nanos[nanos.length / 2];
    }

    private static Duration duration(double nanos) {
        return Duration.ofNanos(Math.round(nanos));
    }

    /** A line that neither begins below zero nor falls. */
    private record Line(double start, double slope) {
        /** Returns the line with the least squares of the errors relative to the times. */
        static Line through(List<Timed> timed) {
            double weights = 0;
            double meanWork = 0;
            double meanNanos = 0;
            for (Timed one : timed) {
                double weight = weight(one);
                weights += weight;
                meanWork += weight * one.work();
                meanNanos += weight * one.nanos();
            }
            meanWork /= weights;
            meanNanos /= weights;
            double together = 0;
            double square = 0;
            for (Timed one : timed) {
                together += weight(one) * (one.work() - meanWork) * (one.nanos() - meanNanos);
                square += weight(one) * (one.work() - meanWork) * (one.work() - meanWork);
            }
            double slope = together / square;
            double start = meanNanos - slope * meanWork;
            return start >= 0 && slope >= 0 ? new Line(start, slope) : new Line(0, meanNanos / meanWork);
        }

        private static double weight(Timed one) {
            return 1 / Math.max(1, one.nanos());
        }

        double at(double work) {
            return start + slope * work;
        }
    }
}
