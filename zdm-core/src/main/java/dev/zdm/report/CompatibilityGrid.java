package dev.zdm.report;

import dev.zdm.observation.Compatibility.Cell;
import dev.zdm.observation.Compatibility.Failure;
import dev.zdm.observation.Compatibility.State;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.FlagStep;
import dev.zdm.plan.VersionRole;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RollOuts;
import dev.zdm.verdict.SchemaState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which operation of which version works on which schema, as lines of text, and which roll-outs that allows. */
final class CompatibilityGrid {
    private static final String WORKS = "works";

    private CompatibilityGrid() {}

    /** Returns the lines; none if no phase that was rehearsed changed anything. */
    static List<String> of(List<PhaseResult> phases) {
        List<SchemaState> states = SchemaState.of(phases);
        if (states.isEmpty()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>(grid(states));
        lines.addAll(conclusions(RollOuts.of(phases)));
        return lines;
    }

    private record Row(OperationName operation, FlagStep flags) {
        static Row of(Cell cell) {
            return new Row(cell.operation(), cell.flags());
        }
    }

    private static List<String> grid(List<SchemaState> states) {
        Set<Row> rows = states.stream()
                .flatMap(state -> state.cells().stream())
                .map(Row::of)
                .sorted(Comparator.comparing((Row row) -> row.operation().version())
                        .thenComparing(row -> row.operation().operation()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        List<List<String>> columns = new ArrayList<>();
        List<String> labels = new ArrayList<>(List.of("works on the schema"));
        rows.forEach(row -> labels.add(label(row)));
        columns.add(labels);
        for (SchemaState state : states) {
            List<String> column = new ArrayList<>(List.of(name(state)));
            rows.forEach(row -> column.add(state.cells().stream()
                    .filter(cell -> Row.of(cell).equals(row))
                    .findFirst()
                    .map(cell -> text(cell, state.state()))
                    .orElse("")));
            columns.add(column);
        }
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < labels.size(); row++) {
            StringBuilder line = new StringBuilder();
            for (List<String> column : columns) {
                line.append(padded(column, row)).append("  ");
            }
            lines.add(line.toString().stripTrailing());
        }
        if (columns.stream().flatMap(List::stream).anyMatch(cell -> cell.startsWith("("))) {
            lines.add("(in brackets: the plan's traffic does not need it)");
        }
        return lines;
    }

    private static String padded(List<String> column, int row) {
        int width = column.stream().mapToInt(String::length).max().orElse(0);
        return column.get(row) + " ".repeat(width - column.get(row).length());
    }

    private static String name(SchemaState state) {
        return switch (state.state()) {
            case BEFORE, WARM -> "before";
            case AFTER -> "after '" + state.phase() + "'";
            case UNDONE -> "'" + state.phase() + "' undone";
        };
    }

    private static String text(Cell cell, State state) {
        if (!cell.ran(state)) {
            return "";
        }
        String what = cell.failure(state)
                .map(failure -> code(failure, cell.in(state).count()))
                .or(() -> warm(cell, state))
                .orElse(WORKS);
        boolean needed = state == State.AFTER ? cell.needed() : cell.neededUndone();
        return needed ? what : "(" + what + ")";
    }

    private static Optional<String> warm(Cell cell, State state) {
        return state == State.AFTER
                ? cell.failure(State.WARM).map(failure -> failure.sqlState() + " on warm sessions")
                : Optional.empty();
    }

    private static String code(Failure failure, int runs) {
        return failure.count() == runs
                ? failure.sqlState().toString()
                : failure.sqlState() + " in " + failure.count() + " of " + runs;
    }

    private static String label(Row row) {
        return (row.operation().version() == VersionRole.OLD ? "old " : "new ")
                + row.operation().operation()
                + (row.flags().isEmpty() ? "" : " [" + row.flags() + "]");
    }

    private static List<String> conclusions(RollOuts rollOuts) {
        List<String> lines = new ArrayList<>();
        Set<VersionRole> versions = rollOuts.changed().stream()
                .flatMap(state -> state.cells().stream())
                .map(cell -> cell.operation().version())
                .collect(Collectors.toSet());
        if (versions.contains(VersionRole.OLD) && versions.contains(VersionRole.NEW)) {
            List<SchemaState> both =
                    rollOuts.changed().stream().filter(SchemaState::isForBoth).toList();
            lines.add("both versions may run at once: " + (both.isEmpty() ? "never" : places(both)));
            lines.add("the new version may come in: "
                    + (rollOuts.openings().isEmpty()
                            ? "never while the old one works; no order of these changes is without a gap"
                            : places(rollOuts.openings())));
        }
        if (versions.contains(VersionRole.OLD)) {
            lines.add(rollOuts.oldEnds()
                    .map(end -> "the old version must be gone "
                            + (end.phase().isEmpty() ? "from the start" : "before '" + end.phase() + "'")
                            + (rollOuts.isWayBack()
                                    ? ", whose rollback lets it work again"
                                    : ", its point of no return"))
                    .orElse("the old version works to the end"));
        }
        return lines;
    }

    private static String places(List<SchemaState> states) {
        return states.stream().map(CompatibilityGrid::name).collect(Collectors.joining(", "));
    }
}
