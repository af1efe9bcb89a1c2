package dev.zdm.crash;

import dev.zdm.observation.CrashHistory.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A point at which a change can be stopped. After a statement and before the next one of the same script is one point.
 *
 * @param step the statement
 * @param moment before, in or after it
 */
record CrashPoint(Step step, Moment moment) {
    private static final Pattern LITERAL = Pattern.compile("'[^']*'|\\d+");
    private static final int BATCHES = 4;

    /** Returns all points of a run, in order. */
    static List<CrashPoint> of(List<Step> steps) {
        List<CrashPoint> points = new ArrayList<>();
        String before = "";
        for (Step step : steps) {
            String source = step.statement().source();
            if (!source.equals(before)) {
                points.add(new CrashPoint(step, Moment.BEFORE));
            }
            points.add(new CrashPoint(step, Moment.DURING));
            points.add(new CrashPoint(step, Moment.AFTER));
            before = source;
        }
        return points;
    }

    /**
     * Returns the steps of which all points are tried. Of more than four statements in a row that differ in their literals
     * only, batches that somebody wrote himself, the first two, the middle and the last one stand for all.
     */
    static List<Step> thinned(List<Step> steps) {
        List<Step> kept = new ArrayList<>();
        for (int first = 0; first < steps.size(); ) {
            int end = first + 1;
            while (end < steps.size() && shape(steps.get(end)).equals(shape(steps.get(first)))) {
                end++;
            }
            if (end - first > BATCHES) {
                kept.addAll(List.of(
                        steps.get(first), steps.get(first + 1), steps.get((first + end) / 2), steps.get(end - 1)));
            } else {
                kept.addAll(steps.subList(first, end));
            }
            first = end;
        }
        return kept;
    }

    private static String shape(Step step) {
        return LITERAL.matcher(step.statement().text()).replaceAll("#");
    }
}
