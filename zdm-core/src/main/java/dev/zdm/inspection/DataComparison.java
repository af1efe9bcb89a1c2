package dev.zdm.inspection;

import dev.zdm.database.Database;
import dev.zdm.inspection.DataCatalog.Column;
import dev.zdm.inspection.DataCatalog.Table;
import dev.zdm.observation.TableData;
import dev.zdm.observation.TableData.Dropped;
import dev.zdm.observation.TableData.Successor;
import dev.zdm.observation.TableData.Written;
import dev.zdm.observation.UntouchedData.ColumnRead;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares all rows of a database with those of a copy from before a change. */
final class DataComparison implements AutoCloseable {
    /** No cast, no such type any more, no such function. */
    private static final Set<String> NO_WAY_BACK = Set.of("42846", "42704", "42883");

    private static final String DATA_EXCEPTION = "22";

    private final Connection before;
    private final Connection after;
    private final Map<Relation, Set<String>> ignored;

    private DataComparison(Connection before, Connection after, Map<Relation, Set<String>> ignored) {
        this.before = before;
        this.after = after;
        this.ignored = ignored;
    }

    static DataComparison open(Database copy, Database changed) throws SQLException {
        return open(copy, changed, Map.of());
    }

    /**
     * Opens the sessions of a comparison.
     *
     * @param ignored the keys of rows that are not compared, by their table's name in the copy
     */
    static DataComparison open(Database copy, Database changed, Map<Relation, Set<String>> ignored)
            throws SQLException {
        Connection before = ComparedSession.open(copy);
        try {
            return new DataComparison(before, ComparedSession.open(changed), ignored);
        } catch (SQLException | RuntimeException e) {
            before.close();
            throw e;
        }
    }

    /**
     * What is known of the change besides.
     *
     * @param from the counters of written rows before it
     * @param to the counters after it
     * @param readBefore the columns that invariants had read, and held, by the invariant's name
     */
    record Known(WrittenRows from, WrittenRows to, Map<String, Set<ColumnRead>> readBefore) {}

    /** Returns what became of each table. */
    List<TableData> run(Known known) throws SQLException {
        DataCatalog earlier = DataCatalog.read(before);
        DataCatalog later = DataCatalog.read(after);
        List<TableData> tables = new ArrayList<>();
        for (Table table : earlier.byOid().values()) {
            if (table.isPlain()) {
                TablePair pair = TablePair.of(table, earlier, later);
                Written written = known.from().until(known.to(), table.oid(), earlier);
                tables.add(table(pair, written, dropped(pair, known)));
            }
        }
        return tables;
    }

    private TableData table(TablePair pair, Written written, List<Dropped> dropped) throws SQLException {
        Table was = pair.was();
        Table now = pair.now();
        if (now == null) {
            long rows = number("select count(*) from " + was.source());
            return new TableData(
                    was.relation(),
                    null,
                    Successor.ITSELF,
                    rows,
                    written,
                    true,
                    rows,
                    0,
                    List.of(),
                    0,
                    List.of(),
                    dropped,
                    false);
        }
        RowComparison compared = compare(pair);
        return new TableData(
                was.relation(),
                now.relation(),
                pair.successor(),
                compared.rows(),
                written,
                compared.isKeyed(),
                compared.missing(),
                compared.added(),
                compared.firstMissing(),
                pair.columns().size(),
                compared.columns(),
                dropped,
                false);
    }

    /** Where a value cannot be cast back to the type that it had, its text is compared. */
    private RowComparison compare(TablePair pair) throws SQLException {
        try {
            return compared(pair);
        } catch (SQLException e) {
            String code = SqlState.of(e).code();
            if (!code.startsWith(DATA_EXCEPTION) && !NO_WAY_BACK.contains(code)) {
                throw e;
            }
            before.rollback();
            after.rollback();
            return compared(pair.asText());
        }
    }

    private RowComparison compared(TablePair pair) throws SQLException {
        RowComparison comparison = new RowComparison(
                pair, before, after, ignored.getOrDefault(pair.was().relation(), Set.of()));
        comparison.run();
        return comparison;
    }

    private List<Dropped> dropped(TablePair pair, Known known) throws SQLException {
        List<Dropped> dropped = new ArrayList<>();
        for (Column column : pair.dropped()) {
            long values = number("select count(\"" + column.name().replace("\"", "\"\"") + "\") from "
                    + pair.was().source());
            ColumnRead read = new ColumnRead(pair.was().relation(), column.name());
            List<String> invariants = known.readBefore().entrySet().stream()
                    .filter(entry -> entry.getValue().contains(read))
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
            dropped.add(new Dropped(column.name(), values, invariants));
        }
        return dropped;
    }

    private long number(String query) throws SQLException {
        try (Statement statement = before.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        try (before;
                after) {
            before.rollback();
            after.rollback();
        }
    }
}
