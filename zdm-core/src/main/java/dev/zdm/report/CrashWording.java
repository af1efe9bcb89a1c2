package dev.zdm.report;

import dev.zdm.observation.CrashHistory;
import dev.zdm.observation.CrashHistory.Harm;
import dev.zdm.observation.CrashHistory.Outcome;
import dev.zdm.observation.CrashHistory.Trial;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.NotRetryable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Words what became of changes that were stopped and carried out again. */
final class CrashWording {
    private static final int PLACES = 3;

    private static final Set<SqlState> ALREADY_THERE = Set.of(
            new SqlState("42701"),
            new SqlState("42P06"),
            SqlState.DUPLICATE_TABLE,
            new SqlState("42710"),
            new SqlState("42723"));

    private CrashWording() {}

    static Words of(NotRetryable finding) {
        Words words = Wording.words(finding, title(finding), expected(finding.harm()), found(finding));
        return new Words(
                words.title(),
                words.hazard(),
                words.expected(),
                words.found(),
                words.causedBy(),
                words.why(),
                remedy(finding.harm()),
                words.see());
    }

    private static String title(NotRetryable finding) {
        Trial first = finding.trials().get(0);
        String what = switch (finding.harm().kind()) {
            case RETRY_FAILED -> "cannot be run again";
            case TOOL_LOCK -> "stops the next run";
            case INVALID_INDEX -> "invalid index left";
            case NOT_VALIDATED -> "constraint left NOT VALID";
            case SCHEMA -> "comes to another schema";
            case DATA -> "comes to other data";
        };
        return "crash · " + what + " · stopped " + place(first);
    }

    private static String expected(Harm harm) {
        return switch (harm.kind()) {
            case RETRY_FAILED -> "a change that was stopped can be carried out once more";
            case TOOL_LOCK -> "no migration tool is left locked";
            case INVALID_INDEX -> "every index is valid after the second run, as it is without a crash";
            case NOT_VALIDATED -> "every constraint is valid after the second run that is without a crash";
            case SCHEMA -> "after the second run the catalogue is the same as without a crash";
            case DATA -> "after the second run the data are the same as without a crash";
        };
    }

    private static String found(NotRetryable finding) {
        Harm harm = finding.harm();
        String code = harm.sqlState() == null || harm.sqlState().equals(SqlState.UNKNOWN)
                ? ""
                : " with SQLSTATE " + harm.sqlState();
        String what = harm.kind() == Harm.Kind.RETRY_FAILED
                ? "the second run failed" + code + ": " + Wording.oneLine(harm.what())
                : Wording.oneLine(harm.what());
        return what + "\n              after " + Format.count(finding.trials().size(), "crash point") + ": "
                + places(finding.trials());
    }

    /** Groups the crashes of one place: {@code during V2.sql:3 (the backend was terminated, the client was gone)}. */
    private static String places(List<Trial> trials) {
        Map<String, List<String>> places = new LinkedHashMap<>();
        trials.forEach(trial -> places.computeIfAbsent(place(trial), key -> new ArrayList<>())
                .add(trial.crash().label()));
        String first = places.entrySet().stream()
                .limit(PLACES)
                .map(place -> place.getKey() + " (" + String.join(", ", place.getValue()) + ")")
                .collect(Collectors.joining(", "));
        return places.size() > PLACES ? first + " and " + Format.count(places.size() - PLACES, "more place") : first;
    }

    private static String place(Trial trial) {
        return trial.moment().label() + " " + trial.statement().position();
    }

    private static String remedy(Harm harm) {
        return switch (harm.kind()) {
            case RETRY_FAILED ->
                harm.sqlState() != null && ALREADY_THERE.contains(harm.sqlState())
                        ? "put all of it into one transaction, or say IF NOT EXISTS (of an index built CONCURRENTLY:"
                                + " DROP INDEX CONCURRENTLY IF EXISTS before it, for IF NOT EXISTS takes an invalid"
                                + " index for a good one)"
                        : "put all of it into one transaction, or write each statement so that it can find its work"
                                + " done: IF EXISTS, IF NOT EXISTS, WHERE … IS NULL";
            case TOOL_LOCK ->
                "let the deployment release it before it migrates again (Liquibase: release-locks, or a lock that goes"
                        + " with the session; Flyway: repair, and a script that can be run again)";
            case INVALID_INDEX ->
                "DROP INDEX CONCURRENTLY IF EXISTS before CREATE INDEX CONCURRENTLY: IF NOT EXISTS takes an invalid"
                        + " index for a good one";
            case NOT_VALIDATED ->
                "run VALIDATE CONSTRAINT in any case, not only where the constraint was added: it does nothing to a"
                        + " valid one";
            case SCHEMA ->
                "put all of it into one transaction, or write each statement so that it makes the same of what it"
                        + " finds half done: CREATE OR REPLACE, DROP … IF EXISTS before CREATE";
            case DATA ->
                "write to rows that were not written yet only (WHERE … IS NULL), or put all of it into one transaction";
        };
    }

    /** Returns what was tried, in a line; empty: nothing. */
    static String line(CrashHistory crashes) {
        String why = crashes.notTried() == null ? "" : "not tried: " + Wording.oneLine(crashes.notTried());
        if (crashes.trials().isEmpty()) {
            return why;
        }
        Map<Outcome, List<Trial>> outcomes = crashes.trials().stream().collect(Collectors.groupingBy(Trial::outcome));
        List<Trial> missed = outcomes.getOrDefault(Outcome.NOT_INTERRUPTED, List.of());
        int tried = crashes.trials().size();
        return (tried < crashes.points()
                        ? Format.number(tried - missed.size()) + " of " + Format.count(crashes.points(), "crash point")
                        : Format.count(tried - missed.size(), "crash point"))
                + " tried at " + Format.count(crashes.rows(), "row")
                + (tried < crashes.points() && why.isEmpty()
                        ? " (the others are in batches of the same statement)"
                        : "")
                + ": "
                + List.of(
                                number(outcomes, Outcome.ROLLED_BACK, "rolled back whole and repeated"),
                                number(outcomes, Outcome.REPEATED, "half done and repeated to the same end"),
                                number(outcomes, Outcome.HARMED, "not repeated to the same end"))
                        .stream()
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(", "))
                + (missed.isEmpty() ? "" : "; not interrupted, because too quick: " + statements(missed))
                + " (in " + Format.seconds(crashes.length()) + ")" + (why.isEmpty() ? "" : "; " + why);
    }

    private static String number(Map<Outcome, List<Trial>> outcomes, Outcome outcome, String words) {
        int number = outcomes.getOrDefault(outcome, List.of()).size();
        return number == 0 ? "" : number + " " + words;
    }

    private static String statements(List<Trial> trials) {
        return trials.stream()
                .map(Trial::statement)
                .map(SqlStatement::position)
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(", "));
    }
}
