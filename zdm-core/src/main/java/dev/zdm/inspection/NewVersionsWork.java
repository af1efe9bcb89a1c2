package dev.zdm.inspection;

import dev.zdm.database.Database;
import dev.zdm.inspection.DataCatalog.Column;
import dev.zdm.inspection.DataCatalog.Table;
import dev.zdm.observation.UntouchedData.ColumnRead;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.workload.Fact;
import dev.zdm.workload.Facts;
import dev.zdm.workload.QuietWrites;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the new version has written on a quiet copy, and what of it is kept somewhere else: a fact that is read back after
 * the rollback depends on it, or an invariant compares it with what was there before the change.
 *
 * @param written the rows, table by table
 * @param covered what is kept elsewhere
 */
record NewVersionsWork(List<WrittenValues> written, Set<Place> covered) {
    /** A column of a table, by their numbers; column 0: whole rows. */
    record Place(long table, int column) {}

    /**
     * Looks at what the new version has written.
     *
     * @param since the number of a transaction from before it wrote
     * @param before the database before the change
     * @param after the database after the change
     * @param copy a copy of the latter on which the new version has worked
     */
    static NewVersionsWork read(
            RehearsalPlan plan,
            int index,
            QuietWrites writes,
            long since,
            Database before,
            Database after,
            Database copy)
            throws SQLException {
        List<WrittenValues> written = new ArrayList<>();
        Set<Place> covered = new HashSet<>();
        try (Connection now = ComparedSession.open(copy);
                Connection was = ComparedSession.open(after);
                Connection first = ComparedSession.open(before)) {
            DataCatalog catalog = DataCatalog.read(now);
            DataCatalog earlier = DataCatalog.read(first);
            for (Table table : catalog.byOid().values()) {
                if (table.isPlain()) {
                    WrittenValues values = WrittenValues.read(table, key(table, earlier), since, now, was);
                    if (!values.keys().isEmpty()) {
                        written.add(values);
                    }
                }
            }
            Collection<Set<ColumnRead>> compared = invariants(plan, index, after);
            try (FactColumns facts = FactColumns.open(plan.newVersion(), writes, keptFacts(plan, index), copy)) {
                for (WrittenValues values : written) {
                    cover(values, earlier, catalog, facts, compared, covered);
                }
            }
        }
        return new NewVersionsWork(written, covered);
    }

    /** The key that the table had before the change, as far as it is there; it is that which rows have after the rollback. */
    private static List<Column> key(Table table, DataCatalog earlier) {
        Table was = Optional.ofNullable(earlier.byOid().get(table.oid()))
                .or(() -> earlier.find(table.relation()))
                .orElse(table);
        List<Column> key = new ArrayList<>();
        for (int number : was.key()) {
            was.column(number)
                    .flatMap(column -> table.column(column.name()).or(() -> table.column(number)))
                    .ifPresent(key::add);
        }
        return key.size() == was.key().size() ? key : List.of();
    }

    /** Returns the facts of the new version that somebody reads back after the rollback. */
    private static List<Fact> keptFacts(RehearsalPlan plan, int index) {
        Set<Fact> read = plan.workingBefore(index).stream()
                .flatMap(role -> Facts.of(plan.version(role)).stream())
                .collect(Collectors.toSet());
        return Facts.of(plan.newVersion()).stream().filter(read::contains).toList();
    }

    private static Collection<Set<ColumnRead>> invariants(RehearsalPlan plan, int index, Database after)
            throws SQLException {
        List<Invariant> holding = plan.invariants().stream()
                .filter(invariant -> plan.holdsAfterChange(invariant, index))
                .toList();
        try (Connection session = QuietSessions.of(after).getConnection()) {
            return InvariantReads.of(holding, session).values();
        }
    }

    private static void cover(
            WrittenValues values,
            DataCatalog earlier,
            DataCatalog catalog,
            FactColumns facts,
            Collection<Set<ColumnRead>> invariants,
            Set<Place> covered)
            throws SQLException {
        Table table = values.table();
        Table was = earlier.byOid().get(table.oid());
        if (was == null && (isCompared(table, null, earlier, invariants) || facts.dependOnRows(values))) {
            covered.add(new Place(table.oid(), 0));
        }
        for (Column column : table.columns()) {
            boolean isNew = was != null && was.column(column.number()).isEmpty();
            if (isNew
                    && !values.of(column).isEmpty()
                    && (isCompared(table, column, earlier, invariants) || facts.dependOn(values, column, catalog))) {
                covered.add(new Place(table.oid(), column.number()));
            }
        }
    }

    /** Whether an invariant reads it together with a column that was there before the change, its key aside. */
    private static boolean isCompared(
            Table table, @Nullable Column column, DataCatalog earlier, Collection<Set<ColumnRead>> invariants) {
        return invariants.stream()
                .filter(reads -> reads.stream()
                        .anyMatch(read -> read.table().equals(table.relation())
                                && (column == null || read.column().equals(column.name()))))
                .anyMatch(reads -> reads.stream().anyMatch(read -> stays(read, earlier)));
    }

    private static boolean stays(ColumnRead read, DataCatalog earlier) {
        Table table = earlier.find(read.table()).orElse(null);
        Column column = table == null ? null : table.column(read.column()).orElse(null);
        return table != null && column != null && !table.key().contains(column.number());
    }

    /** Returns how many rows were written. */
    long rows() {
        return written.stream().mapToLong(values -> values.keys().size()).sum();
    }

    /** Returns whether the values of a column are kept elsewhere. */
    boolean isKept(Table table, Column column) {
        return covered.contains(new Place(table.oid(), column.number()));
    }

    /** Returns whether the rows of a table are kept elsewhere. */
    boolean areRowsKept(Table table) {
        return covered.contains(new Place(table.oid(), 0));
    }
}
