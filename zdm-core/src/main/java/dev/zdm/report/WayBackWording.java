package dev.zdm.report;

import static dev.zdm.report.Format.count;

import dev.zdm.observation.LockWait;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.QuietWayBack;
import dev.zdm.observation.QuietWayBack.Loss;
import dev.zdm.observation.QuietWayBack.Origin;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.WayBack;
import dev.zdm.observation.WayBack.Need;
import dev.zdm.observation.Window;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.Findings;
import dev.zdm.verdict.LostByRollback;
import dev.zdm.verdict.NotRestored;
import dev.zdm.verdict.OnTheWayBack;
import dev.zdm.verdict.OnTheWayBack.Step;
import dev.zdm.verdict.PointOfNoReturn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Puts into words what was observed of the way back. */
final class WayBackWording {
    private static final String INDENT = "\n              ";
    private static final String PAGE = "docs/rollback.md";
    private static final int MOST_SHOWN = 10;

    private WayBackWording() {}

    static Words of(OnTheWayBack finding) {
        Words words = Wording.of(finding.finding());
        return new Words(
                words.title() + " " + finding.step().label(),
                words.hazard(),
                words.expected(),
                words.found(),
                words.causedBy(),
                words.why(),
                words.remedy(),
                words.see());
    }

    static Words of(NotRestored finding) {
        boolean back = finding.step() == Step.ROLLBACK;
        List<String> shown = finding.differences().stream().limit(MOST_SHOWN).toList();
        int more = finding.differences().size() - shown.size();
        return new Words(
                back ? "rollback incomplete" : "another outcome the second time",
                finding.hazard().id(),
                back
                        ? "after the rollback the catalogue is what it was before the change"
                        : "after change, rollback and change the catalogue is what it was after the first change",
                String.join(INDENT, shown) + (more == 0 ? "" : INDENT + "and " + count(more, "more difference")),
                place(finding.culprit(), back ? "the rollback" : "the change"),
                "what a rollback leaves behind stays: the old version meets it, and the next try of the change too",
                "let the rollback undo all that the change does, in the reverse order; what was there before and is gone"
                        + " must be made again with its comments, grants and options",
                PAGE);
    }

    static Words of(LostByRollback finding) {
        String places = finding.losses().stream().map(Loss::place).collect(Collectors.joining("\", \""));
        return new Words(
                "data loss · rollback",
                finding.hazard().id(),
                "a rollback keeps what was there, and what the new version wrote",
                finding.losses().stream().map(WayBackWording::loss).collect(Collectors.joining(INDENT)),
                place(finding.culprit(), "the rollback"),
                "what the new version wrote is the users' work, and is gone with the column, table or row that is dropped",
                "let a trigger carry it to where the old version reads it, or copy it before it is dropped; if it may be"
                        + " lost, say so: losing(\"" + places + "\"), or loses of @Rollback",
                PAGE);
    }

    private static String loss(Loss loss) {
        boolean rows = loss.column() == null;
        String what = rows
                ? count(loss.count(), "row") + " of " + loss.table()
                : count(loss.count(), "value") + " of " + loss.place();
        String whose = loss.origin() == Origin.NEW_VERSION
                ? " that the new version had written " + (loss.count() == 1 ? "is" : "are") + " gone"
                : (rows
                        ? " from before the change " + (loss.count() == 1 ? "is" : "are") + " gone"
                        : " from before the change " + (loss.count() == 1 ? "is" : "are") + " not what they were");
        return what
                + whose
                + loss.first().stream().map(example -> INDENT + "  " + example).collect(Collectors.joining());
    }

    static Words of(PointOfNoReturn finding) {
        return new Words(
                "point of no return · phase '" + finding.phase() + "'",
                finding.hazard().id(),
                "every phase can be undone, as the plan demands it",
                "the phase has no rollback",
                Format.place(finding.culprit()),
                "when the new version turns out to be wrong, there is only the way forward",
                "give the phase a rollback: @Rollback, Phase.withRollback, or a script U… beside Flyway's V…",
                PAGE);
    }

    private static String place(Optional<SqlStatement> last, String what) {
        return last.isEmpty() ? what : what + ", whose last statement was " + Format.place(last);
    }

    /** Returns what was observed, a line each. */
    static List<String> lines(WayBack way) {
        List<String> lines = new ArrayList<>();
        if (way.need() == Need.MISSING && way.behind() != null) {
            lines.add("none: behind the point of no return, phase '" + way.behind() + "'");
        } else if (way.need() == Need.ADDED_ONLY) {
            lines.add("none needed: nothing that was there was changed, what was added may stay");
        }
        QuietWayBack quiet = way.quiet();
        if (quiet != null && quiet.isSound()) {
            lines.add("on a quiet copy the catalogue (" + count(quiet.objects(), "fact")
                    + ") and the old data are what they were, with " + count(quiet.written(), "row")
                    + " written by the new version (looked at in " + Format.seconds(quiet.took()) + ")");
        }
        if (quiet != null) {
            quiet.reordered()
                    .forEach(table -> lines.add(
                            "the columns stand in another order, as they must where one was added again: " + table));
            quiet.losses().stream()
                    .filter(Loss::allowed)
                    .forEach(loss -> lines.add("the plan allows that " + loss(loss)));
        }
        if (way.back() != null) {
            lines.add(underLoad("rolled back", way.back()));
        }
        if (way.back() != null && way.again() == null) {
            lines.add("not changed again under load: the rollback failed");
        }
        if (way.again() != null) {
            lines.add(underLoad("changed again", way.again()));
        }
        if (way.notUnderLoad() != null) {
            lines.add("not rehearsed under load: " + way.notUnderLoad());
        }
        return lines;
    }

    private static String underLoad(String what, PhaseHistory part) {
        List<StatementRun> runs = part.statements();
        String statements = runs.isEmpty()
                ? ""
                : ", " + count(runs.size(), "statement") + " in "
                        + Format.millis(Duration.between(
                                runs.get(0).begin(), runs.get(runs.size() - 1).end()));
        long succeeded = part.windows().stream()
                .flatMap(window -> window.coverage().stream())
                .mapToLong(Window.Coverage::succeeded)
                .sum();
        long failed = part.errors().stream().mapToLong(error -> error.count()).sum();
        List<LockWait> waits = Findings.causedByMigration(part);
        return what + " under load" + statements + ": " + count(succeeded, "operation") + " succeeded, "
                + Format.number(failed) + " failed, "
                + (waits.isEmpty()
                        ? "none waited for it"
                        : count(waits.size(), "wait") + " for it, longest "
                                + Format.millis(waits.get(0).causedDuration()));
    }
}
