package dev.zdm.report;

import dev.zdm.observation.BackfillHistory;
import dev.zdm.observation.BackfillHistory.Rule;
import dev.zdm.observation.BackfillHistory.Tried;
import dev.zdm.observation.BackfillHistory.Volume;
import dev.zdm.verdict.BrokeBackfillRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Words what became of backfills by the rules that they keep to. */
final class BackfillWording {
    private BackfillWording() {}

    static Words of(BrokeBackfillRule finding) {
        Rule rule = finding.harm().rule();
        return Wording.words(
                finding,
                "backfill · " + title(rule),
                expected(rule),
                Wording.oneLine(finding.harm().what()));
    }

    private static String title(Rule rule) {
        return switch (rule) {
            case KEEPS_NEWER_VALUES -> "overwrites newer values";
            case IDEMPOTENT -> "not idempotent";
            case RESUMABLE -> "not resumable";
            case ENDS -> "does not end";
            case BOUNDED -> "grows with the table";
            case BRIEF -> "holds rows for long";
            case GUARDED -> "writes to filled rows";
        };
    }

    private static String expected(Rule rule) {
        return switch (rule) {
            case KEEPS_NEWER_VALUES -> "what others write while it runs is still there at its end";
            case IDEMPOTENT -> "run a second time, it changes nothing";
            case RESUMABLE -> "stopped anywhere and run again, it comes to the same end";
            case ENDS -> "it ends although rows come while it runs";
            case BOUNDED -> "no transaction writes more rows because the table has more";
            case BRIEF -> "no transaction holds its rows longer than an operation may wait";
            case GUARDED -> "it writes only to rows that are not filled yet";
        };
    }

    /** Returns what was tried and what was written, a line each; none: it was no backfill. */
    static List<String> lines(BackfillHistory backfill) {
        List<String> lines = new ArrayList<>();
        if (backfill.isTried()) {
            lines.add(tried(backfill));
        }
        if (backfill.volume().rows() > 0) {
            lines.add(written(backfill.volume()));
        }
        backfill.untold()
                .forEach(untold -> lines.add(
                        (backfill.isTried() ? "could not be told: " : "not tried: ") + Wording.oneLine(untold)));
        return lines;
    }

    private static String tried(BackfillHistory backfill) {
        Tried tried = backfill.tried();
        return "rehearsed at " + Format.count(tried.rows(), "row") + ": run twice, stopped "
                + Format.count(tried.stops(), "time") + " and resumed, "
                + Format.count(tried.inserts(), "row") + " inserted and " + Format.number(tried.newerValues())
                + " changed by others meanwhile (in " + Format.seconds(backfill.length()) + ")";
    }

    private static String written(Volume volume) {
        return String.format(
                Locale.ROOT,
                "%s written: %s of WAL and %.1f dead rows per row; at most %s in one of %s%s",
                Format.count(volume.rows(), "row"),
                Format.bytes(volume.walBytes() / volume.rows()),
                (double) volume.deadRows() / volume.rows(),
                Format.number(volume.largest()),
                Format.count(volume.transactions(), "transaction"),
                volume.longest().isZero() ? "" : ", held for " + Format.millis(volume.longest()));
    }
}
