package dev.zdm.report;

import dev.zdm.observation.Growth;
import dev.zdm.observation.Growth.Measurement;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts growth into words: the one place that does. */
final class GrowthWording {
    private GrowthWording() {}

    /** Returns what a finding says of the time in production; nothing where it is not known. */
    static String inProduction(@Nullable Growth growth) {
        return growth == null
                ? ""
                : ", held for " + Format.millis(growth.largest().lockTime()) + "; at "
                        + Format.count(growth.rowsInProduction(), "row") + wider(growth) + time(growth);
    }

    /** Returns what was measured, in a line. */
    static String of(Growth growth) {
        return growth.worker().position()
                + others(growth)
                + " is "
                + kind(growth)
                + ": locked for "
                + growth.measurements().stream().map(GrowthWording::measured).collect(Collectors.joining(", "))
                + "; at "
                + Format.count(growth.rowsInProduction(), "row")
                + wider(growth)
                + time(growth);
    }

    private static String others(Growth growth) {
        int others = growth.statements().size() - 1;
        return others == 0 ? "" : " and " + Format.count(others, "other statement") + " in its transaction";
    }

    private static String kind(Growth growth) {
        return switch (growth.kind()) {
            case CONSTANT -> "constant";
            case LINEAR -> "linear, " + perRow(growth.workPerRow()) + " of work for each of " + growth.table();
            case FASTER -> "growing faster than " + growth.table();
        };
    }

    private static String perRow(double work) {
        return work == Math.rint(work)
                ? Format.count((long) work, "row")
                : String.format(Locale.ROOT, work < 1 ? "%.3f rows" : "%.1f rows", work);
    }

    private static String measured(Measurement measurement) {
        return Format.millis(measurement.lockTime()) + " at " + Format.count(measurement.rows(), "row");
    }

    private static String wider(Growth growth) {
        return growth.widerInProduction() > 1
                ? String.format(Locale.ROOT, " (%.1f times as wide)", growth.widerInProduction())
                : "";
    }

    private static String time(Growth growth) {
        return (growth.atMost() ? " at most " : " about ") + Format.about(growth.timeInProduction());
    }
}
