package dev.zdm.report;

import static dev.zdm.report.Format.count;
import static dev.zdm.report.Format.number;

import dev.zdm.observation.InvariantOutcome;
import dev.zdm.observation.InvariantOutcome.Broken;
import dev.zdm.observation.InvariantOutcome.Failure;
import dev.zdm.postgres.SqlState;
import dev.zdm.verdict.Doubt;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Puts into words what invariants said. */
final class InvariantWording {
    private InvariantWording() {}

    /** Returns, by name, how often each invariant held of those that were never broken and could always be evaluated. */
    static List<String> held(List<InvariantOutcome> outcomes) {
        TreeMap<String, List<InvariantOutcome>> byName = new TreeMap<>();
        outcomes.forEach(outcome -> byName.computeIfAbsent(outcome.invariant().name(), first -> new ArrayList<>())
                .add(outcome));
        List<String> held = new ArrayList<>();
        byName.forEach((name, ofOne) -> {
            if (ofOne.stream().allMatch(outcome -> outcome.broken() == null && outcome.failure() == null)) {
                held.add("'" + name + "' held " + when(ofOne));
            }
        });
        return held;
    }

    private static String when(List<InvariantOutcome> outcomes) {
        long underLoad = outcomes.stream()
                .filter(outcome -> !outcome.drained())
                .mapToLong(InvariantOutcome::evaluations)
                .sum();
        boolean drained = outcomes.stream().anyMatch(InvariantOutcome::drained);
        if (underLoad == 0) {
            return "when drained";
        }
        return "in " + count(underLoad, "snapshot") + " under load" + (drained ? " and when drained" : "");
    }

    /** Returns the rows that broke an invariant. */
    static String found(InvariantOutcome outcome) {
        Broken broken = outcome.broken();
        if (broken == null) {
            return "it was not broken";
        }
        String when = outcome.drained()
                ? "after the load was drained"
                : "in a snapshot under load (and in " + number(outcome.violations()) + " of "
                        + number(outcome.evaluations()) + " altogether)";
        return (broken.allCounted() ? "" : "at least ") + count(broken.rows(), "row") + " " + when + ", the first: "
                + String.join(" | ", broken.firstRows());
    }

    /** Returns why an invariant could not be evaluated, and what to do about it. */
    static String of(Doubt.InvariantFailed doubt) {
        String name = "invariant '" + doubt.outcome().invariant().name() + "' ";
        Failure failure = doubt.outcome().failure();
        if (failure == null) {
            return name + "could not be evaluated";
        }
        String why = Wording.oneLine(failure.message()) + " (SQLSTATE " + failure.sqlState() + ")";
        SqlState state = failure.sqlState();
        if (state.equals(SqlState.READ_ONLY_SQL_TRANSACTION)) {
            return name + "writes, but it may only read: " + why
                    + "\n   do       : make it a query that changes nothing, sequences included";
        }
        if (state.equals(SqlState.QUERY_CANCELED)) {
            return name + "took too long: " + Wording.oneLine(failure.message())
                    + "\n   do       : make the query faster, or allow more time"
                    + " (zdm.invariant-timeout, Tolerance.withInvariantTime)";
        }
        return name + "could not be evaluated" + where(failure, doubt.phase()) + ": " + why + "\n   do       : "
                + remedy(state, failure, doubt.phase());
    }

    private static String where(Failure failure, String phase) {
        return switch (failure.when()) {
            case BEFORE_CHANGE -> " before the change of phase '" + phase + "'";
            case AFTER_CHANGE -> " after the change of phase '" + phase + "'";
            case ALWAYS -> "";
        };
    }

    private static String remedy(SqlState state, Failure failure, String phase) {
        return switch (failure.when()) {
            case BEFORE_CHANGE -> "let it hold from this phase on: @Invariant(from = \"" + phase + "\")";
            case AFTER_CHANGE ->
                "let it hold until the phase before this one: @Invariant(until = …) with the name of that phase";
            case ALWAYS ->
                state.isUndefinedName()
                        ? "let it hold from the phase on whose change brings what it needs, not yet in '" + phase
                                + "': @Invariant(from = …) with the name of that phase"
                        : "make the query valid from its first phase to its last";
        };
    }
}
