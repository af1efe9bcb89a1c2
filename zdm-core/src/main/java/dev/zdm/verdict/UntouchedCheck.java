package dev.zdm.verdict;

import dev.zdm.observation.ColumnData;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.TableData;
import dev.zdm.plan.Demand;
import dev.zdm.plan.Touches;
import dev.zdm.verdict.Checks.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a change does not write to keeps its value, and its rows.
 *
 * <p>What its statements write to existing rows is their business, as far as the plan does not say what they may touch.
 */
record UntouchedCheck(PhaseHistory history, Set<Demand> demands) {
    static Outcome check(PhaseHistory history, Set<Demand> demands) {
        UntouchedCheck check = new UntouchedCheck(history, demands);
        List<Finding> findings = new ArrayList<>();
        for (TableData table : history.untouched().tables()) {
            check.rows(table, findings);
            check.values(table, findings);
            check.touched(table, findings);
            check.dropped(table, findings);
        }
        history.untouched()
                .sequences()
                .forEach(sequence -> findings.add(new NumbersTaken(sequence, LostData.whoSet(sequence, history))));
        String failure = history.untouched().failure();
        return new Outcome(
                findings,
                failure == null ? List.of() : List.of(new Doubt.Broke("the comparison of untouched data", failure)));
    }

    private Touches touches() {
        return history.phase().touches();
    }

    private void rows(TableData table, List<Finding> findings) {
        boolean intended = touches().allows(table.table());
        boolean demanded = demands.contains(Demand.NO_LOSS);
        if (table.now() == null) {
            if (table.rows() > 0 && !intended && isMissed(table)) {
                findings.add(new RowsGone(table, LostData.whoEmptied(table, history)));
            }
        } else if (table.lost() > 0 && !intended && (table.inUse() || demanded)) {
            findings.add(new RowsGone(table, LostData.whoEmptied(table, history)));
        }
    }

    /** Whether operations fail without a table that is gone: one that only a trigger wrote to may go with the trigger. */
    private boolean isMissed(TableData table) {
        return table.inUse() && history.errors().stream().anyMatch(ErrorCheck::isWorseThanBefore);
    }

    private void values(TableData table, List<Finding> findings) {
        List<ColumnData> changed = table.columns().stream()
                .filter(column -> !LostData.isWritten(table, column, history))
                .filter(column -> !touches().allows(table.table(), column.name()))
                .toList();
        values(Hazard.DATA_LOSS, table, changed, ColumnData::isLoss, findings);
        values(Hazard.DATA_DRIFT, table, changed, column -> !column.isLoss(), findings);
    }

    private void values(
            Hazard hazard,
            TableData table,
            List<ColumnData> changed,
            Predicate<ColumnData> which,
            List<Finding> findings) {
        List<ColumnData> columns = changed.stream().filter(which).toList();
        if (!columns.isEmpty()) {
            findings.add(new ValuesChanged(hazard, table, columns, LostData.whoChanged(table, history)));
        }
    }

    private void touched(TableData table, List<Finding> findings) {
        if (!touches().areDeclared()) {
            return;
        }
        List<ColumnData> columns = table.columns().stream()
                .filter(column -> LostData.isWritten(table, column, history) && !column.formula())
                .filter(column -> !touches().allows(table.table(), column.name()))
                .toList();
        long deleted = table.missing() - table.lost();
        boolean rows = (table.added() > 0 || deleted > 0) && !touches().allows(table.table());
        if (rows || !columns.isEmpty()) {
            boolean loss = deleted > 0 || columns.stream().anyMatch(ColumnData::isLoss);
            findings.add(new TouchedMore(
                    loss ? Hazard.DATA_LOSS : Hazard.DATA_DRIFT,
                    table,
                    columns,
                    rows,
                    touches().places(),
                    LostData.whoWrote(table, history)));
        }
    }

    private void dropped(TableData table, List<Finding> findings) {
        List<TableData.Dropped> columns = uncovered(table);
        if (demands.contains(Demand.NO_LOSS) && !columns.isEmpty()) {
            findings.add(new ValuesDropped(table, columns, LostData.whoChanged(table, history)));
        }
    }

    private static List<TableData.Dropped> uncovered(TableData table) {
        return table.dropped().stream()
                .filter(column -> column.values() > 0 && column.invariants().isEmpty())
                .toList();
    }

    /** Adds what is lost without harm to a version that still runs, in words. */
    void advice(List<String> advice) {
        for (TableData table : history.untouched().tables()) {
            List<TableData.Dropped> columns = uncovered(table);
            if (demands.contains(Demand.NO_LOSS) || touches().allows(table.table())) {
                continue;
            }
            if (table.now() == null && !columns.isEmpty()) {
                advice.add("table " + table.table() + " is dropped with " + table.rows()
                        + " rows, whose values no invariant " + "has compared with a successor's: " + names(columns));
            } else if (table.lost() > 0 && !table.inUse()) {
                advice.add(table.lost() + " of " + table.rows() + " rows of " + table.table()
                        + " are gone, which no version uses");
            } else if (!columns.isEmpty()) {
                advice.add("what is dropped of " + table.table() + " has values that no invariant has compared with a "
                        + "successor's: " + names(columns));
            }
        }
    }

    private static String names(List<TableData.Dropped> columns) {
        return String.join(
                ", ",
                columns.stream()
                        .map(column -> column.name() + " (" + column.values() + ")")
                        .toList());
    }
}
