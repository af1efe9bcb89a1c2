package dev.zdm.report;

import dev.zdm.observation.Compatibility;
import dev.zdm.observation.Compatibility.Failure;
import dev.zdm.observation.Compatibility.Runs;
import dev.zdm.observation.Compatibility.State;
import dev.zdm.verdict.Incompatible;

/** Puts into words that an operation does not work on a schema. */
final class CompatibilityWording {
    private CompatibilityWording() {}

    /** Returns what was tried, in a line; empty: nothing was. */
    static String line(Compatibility compatibility) {
        if (compatibility.unknown() != null) {
            return "not tried on every schema: " + compatibility.unknown();
        }
        long runs = compatibility.cells().stream()
                .flatMap(cell -> cell.runs().values().stream())
                .mapToLong(Runs::count)
                .sum();
        return runs == 0
                ? ""
                : Format.count(runs, "run") + " of "
                        + Format.count(
                                compatibility.cells().stream()
                                        .map(Compatibility.Cell::operation)
                                        .distinct()
                                        .count(),
                                "operation")
                        + " around the change on quiet copies, in " + Format.millis(compatibility.took());
    }

    static Words of(Incompatible finding) {
        Failure failure = finding.failure();
        Runs runs = finding.cell().in(finding.state());
        boolean always = failure.count() == runs.count();
        String found = "failed with SQLSTATE " + failure.sqlState() + " in "
                + (always
                        ? "each of " + Format.count(runs.count(), "run")
                        : failure.count() + " of " + Format.count(runs.count(), "run"))
                + where(finding.state()) + ": " + Wording.oneLine(failure.message())
                + (failure.statement() == null ? "" : "\n              in: " + Wording.oneLine(failure.statement()))
                + "\n              the load did not come to show it"
                + (always ? "" : "; a path that only some keys take is rare under load, and not in production");
        return Wording.words(
                finding,
                "error · operation " + finding.cell().operation() + title(finding.state()),
                "every operation that the traffic needs works " + expected(finding.state()),
                found);
    }

    private static String title(State state) {
        return state == State.UNDONE ? " after the rollback" : " on the changed schema";
    }

    private static String expected(State state) {
        return state == State.UNDONE ? "again after the rollback" : "on the schema that the change leaves";
    }

    private static String where(State state) {
        return switch (state) {
            case BEFORE -> " on a quiet clone before the change";
            case WARM -> " on a quiet clone, on sessions from before the change";
            case AFTER -> " on a quiet clone";
            case UNDONE -> " on a quiet clone after the change and its rollback";
        };
    }
}
