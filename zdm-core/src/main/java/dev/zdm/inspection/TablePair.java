package dev.zdm.inspection;

import dev.zdm.inspection.DataCatalog.Column;
import dev.zdm.inspection.DataCatalog.Table;
import dev.zdm.observation.ColumnData.Origin;
import dev.zdm.observation.TableData.Successor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table as it was and what it is now, column by column.
 *
 * <p>Tables are told by their name, or else by their number; so are columns. What has the name of something now is what
 * the application gets to see under it.
 *
 * @param was the table before
 * @param now what it is now; null: it is gone
 * @param successor what kind of object that is
 * @param parts its former partitions that are tables of their own now
 * @param columns the columns that there are still
 * @param dropped the columns that are gone
 */
record TablePair(
        Table was,
        @Nullable Table now,
        Successor successor,
        List<Table> parts,
        List<ColumnPair> columns,
        List<Column> dropped) {
    static TablePair of(Table was, DataCatalog earlier, DataCatalog later) {
        Table named = later.find(was.relation()).orElse(null);
        Table same = later.byOid().get(was.oid());
        Table now = named != null ? named : same;
        if (now == null) {
            return new TablePair(was, null, Successor.ITSELF, List.of(), List.of(), was.columns());
        }
        List<ColumnPair> pairs = new ArrayList<>();
        List<Column> dropped = new ArrayList<>();
        Set<String> taken = was.columns().stream()
                .map(Column::name)
                .filter(name -> now.column(name).isPresent())
                .collect(Collectors.toCollection(HashSet::new));
        boolean sameTable = now.oid() == was.oid();
        for (Column column : was.columns()) {
            Optional<Column> successor = now.column(column.name());
            if (successor.isEmpty() && sameTable) {
                successor = now.column(column.number()).filter(renamed -> taken.add(renamed.name()));
            }
            boolean elsewhere = same != null && same.column(column.number()).isPresent();
            if (successor.isPresent()) {
                Column found = successor.get();
                pairs.add(ColumnPair.of(column, found, origin(was, column, found, sameTable), earlier, later));
            } else if (sameTable || !elsewhere) {
                dropped.add(column);
            }
        }
        return new TablePair(was, now, successor(was, now, later), parts(was, earlier, later), pairs, dropped);
    }

    private static Origin origin(Table was, Column column, Column found, boolean sameTable) {
        if (sameTable && found.number() == column.number()) {
            return Origin.SAME;
        }
        return sameTable && was.column(found.number()).isEmpty() ? Origin.NEW : Origin.OTHER;
    }

    private static List<Table> parts(Table was, DataCatalog earlier, DataCatalog later) {
        return was.kind() != 'p'
                ? List.of()
                : later.byOid().values().stream()
                        .filter(table -> table.parent() == 0 && table.kind() != 'v' && table.oid() != was.oid())
                        .filter(table -> isPartOf(was, earlier.byOid().get(table.oid()), earlier))
                        .toList();
    }

    private static boolean isPartOf(Table whole, @Nullable Table part, DataCatalog earlier) {
        return part != null && part.parent() != 0 && earlier.rootOf(part).oid() == whole.oid();
    }

    private static Successor successor(Table was, Table now, DataCatalog later) {
        if (now.oid() == was.oid()) {
            return Successor.ITSELF;
        }
        Table still = later.byOid().get(was.oid());
        boolean isPart = still != null && later.rootOf(still).oid() == now.oid();
        return now.kind() == 'v' || isPart ? Successor.SHOWS_IT : Successor.COPY;
    }

    /** Returns the columns of the key; empty where it has none, or has lost a part of it. */
    List<ColumnPair> key() {
        List<ColumnPair> key =
                columns.stream().filter(column -> column.isKeyOf(was)).toList();
        return key.size() == was.key().size() ? key : List.of();
    }

    /** Returns the same pair with values compared as text wherever a type has changed. */
    TablePair asText() {
        return new TablePair(
                was,
                now,
                successor,
                parts,
                columns.stream().map(ColumnPair::asText).toList(),
                dropped);
    }
}
