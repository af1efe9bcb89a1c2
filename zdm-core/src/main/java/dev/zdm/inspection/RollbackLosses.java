package dev.zdm.inspection;

import dev.zdm.database.Database;
import dev.zdm.inspection.DataCatalog.Column;
import dev.zdm.inspection.DataCatalog.Table;
import dev.zdm.observation.ColumnData;
import dev.zdm.observation.QuietWayBack.Loss;
import dev.zdm.observation.QuietWayBack.Origin;
import dev.zdm.observation.TableData;
import dev.zdm.plan.Losses;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a rollback gives up: of the values and rows that the new version had written, and of those from before the change.
 *
 * <p>Of the former those count that neither a fact nor an invariant tells the rest of: a fact that both versions read is
 * compared itself, and an invariant holds between them and what stays.
 */
final class RollbackLosses {
    private static final int SHOWN = 3;

    private final Losses allowed;
    private final NewVersionsWork work;

    /**
     * Prepares to look for losses.
     *
     * @param allowed what may be lost
     * @param work what the new version has written after the change
     */
    RollbackLosses(Losses allowed, NewVersionsWork work) {
        this.allowed = allowed;
        this.work = work;
    }

    /**
     * Compares with what there is after the rollback.
     *
     * @param before the database before the change
     * @param undone the copy after the rollback
     */
    List<Loss> after(Database before, Database undone) throws SQLException {
        List<Loss> losses = new ArrayList<>();
        try (Connection now = ComparedSession.open(undone)) {
            DataCatalog later = DataCatalog.read(now);
            for (WrittenValues values : work.written()) {
                ofNewVersion(values, later, now, losses);
            }
        }
        old(before, undone, losses);
        return losses;
    }

    private void ofNewVersion(WrittenValues values, DataCatalog later, Connection now, List<Loss> losses)
            throws SQLException {
        Table table = values.table();
        Table there = Optional.ofNullable(later.byOid().get(table.oid()))
                .or(() -> later.find(table.relation()))
                .orElse(null);
        if (there == null) {
            rows(table, values.keys(), losses);
            return;
        }
        boolean keyed = !values.key().isEmpty(); // Rows without a key cannot be found again.
        Map<String, List<@Nullable String>> found = keyed ? values.later(there, now) : Map.of();
        if (keyed) {
            Set<String> gone = new HashSet<>(values.keys());
            gone.removeAll(found.keySet());
            rows(table, gone.stream().sorted().toList(), losses);
        }
        for (Column column : table.columns()) {
            Map<String, String> said = values.of(column);
            if (said.isEmpty() || work.isKept(table, column)) {
                continue;
            }
            Column successor = successor(column, table, there);
            if (successor == null) {
                values(table, column, said, Map.of(), losses);
            } else if (keyed && successor.type() == column.type()) {
                compare(values, column, found, there.columns().indexOf(successor), losses);
            } else if (keyed) {
                compare(values, column, values.later(there, successor, column, now), 0, losses);
            }
        }
    }

    private static @Nullable Column successor(Column column, Table table, Table there) {
        return there.column(column.name())
                .or(() -> there.column(column.number())
                        .filter(renamed -> table.column(renamed.name()).isEmpty()))
                .orElse(null);
    }

    private void compare(
            WrittenValues values,
            Column column,
            Map<String, List<@Nullable String>> found,
            int place,
            List<Loss> losses) {
        Map<String, String> lost = new LinkedHashMap<>();
        Map<String, @Nullable String> instead = new HashMap<>();
        values.of(column).forEach((key, value) -> {
            List<@Nullable String> row = found.get(key);
            if (row != null && !WrittenValues.isSame(value, row.get(place))) {
                lost.put(key, value);
                instead.put(key, row.get(place));
            }
        });
        values(values.table(), column, lost, instead, losses);
    }

    private void rows(Table table, Collection<String> keys, List<Loss> losses) {
        if (!keys.isEmpty() && !work.areRowsKept(table)) {
            losses.add(new Loss(
                    table.relation(),
                    null,
                    Origin.NEW_VERSION,
                    keys.size(),
                    keys.stream().limit(SHOWN).map(key -> "key " + key).toList(),
                    allowed.allows(table.relation())));
        }
    }

    private void values(
            Table table,
            Column column,
            Map<String, String> lost,
            Map<String, @Nullable String> instead,
            List<Loss> losses) {
        if (!lost.isEmpty()) {
            losses.add(new Loss(
                    table.relation(),
                    column.name(),
                    Origin.NEW_VERSION,
                    lost.size(),
                    lost.entrySet().stream()
                            .limit(SHOWN)
                            .map(value -> "key " + value.getKey() + ": '" + value.getValue() + "'"
                                    + (instead.isEmpty() ? "" : ", now " + told(instead.get(value.getKey()))))
                            .toList(),
                    allowed.allows(table.relation(), column.name())));
        }
    }

    private static String told(@Nullable String value) {
        return value == null ? "NULL" : "'" + value + "'";
    }

    /** Compares the rows that the new version had not written with what they were before the change. */
    private void old(Database before, Database undone, List<Loss> losses) throws SQLException {
        Map<Relation, Set<String>> ignored = new HashMap<>();
        Map<Relation, Integer> unkeyed = new HashMap<>();
        Map<Long, Relation> names = names(before);
        for (WrittenValues values : work.written()) {
            Relation name =
                    names.getOrDefault(values.table().oid(), values.table().relation());
            if (values.key().isEmpty()) {
                unkeyed.put(name, values.keys().size());
            } else {
                ignored.put(name, values.keys());
            }
        }
        WrittenRows none = new WrittenRows(Map.of());
        try (DataComparison comparison = DataComparison.open(before, undone, ignored)) {
            for (TableData table : comparison.run(new DataComparison.Known(none, none, Map.of()))) {
                old(table, unkeyed.getOrDefault(table.table(), 0), losses);
            }
        }
    }

    private static Map<Long, Relation> names(Database before) throws SQLException {
        try (Connection session = ComparedSession.open(before)) {
            Map<Long, Relation> names = new HashMap<>();
            DataCatalog.read(session).byOid().forEach((oid, table) -> names.put(oid, table.relation()));
            return names;
        }
    }

    private void old(TableData table, int writtenWithoutKey, List<Loss> losses) {
        long missing = table.missing() - writtenWithoutKey;
        if (missing > 0) {
            losses.add(new Loss(
                    table.table(),
                    null,
                    Origin.BEFORE,
                    missing,
                    table.firstMissing().stream()
                            .limit(SHOWN)
                            .map(key -> "key " + key)
                            .toList(),
                    allowed.allows(table.table())));
        }
        for (ColumnData column : table.columns()) {
            if (column.differing() > writtenWithoutKey) {
                losses.add(new Loss(
                        table.table(),
                        column.name(),
                        Origin.BEFORE,
                        column.differing(),
                        column.first().stream()
                                .limit(SHOWN)
                                .map(value -> "key " + value.key() + ": " + told(value.before()) + ", now "
                                        + told(value.after()))
                                .toList(),
                        allowed.allows(table.table(), column.name())));
            }
        }
        table.dropped().stream()
                .filter(column -> table.now() != null && column.values() > 0)
                .forEach(column -> losses.add(new Loss(
                        table.table(),
                        column.name(),
                        Origin.BEFORE,
                        column.values(),
                        List.of(),
                        allowed.allows(table.table(), column.name()))));
    }
}
