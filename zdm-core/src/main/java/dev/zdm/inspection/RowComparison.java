package dev.zdm.inspection;

import dev.zdm.observation.ColumnData;
import dev.zdm.observation.ColumnData.Difference;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares the rows of one table over two sessions.
 *
 * <p>The rows are dealt into chunks by the hash of their key, and each chunk's hashes are put together column by column: one
 * pass on each side, without sorting. Only chunks that differ are read row by row, sorted by key, and of them only columns
 * that differ anywhere. Memory does not grow with the table.
 */
final class RowComparison {
    /** Fifty rows to a chunk at 200 000 rows. */
    private static final int CHUNKS = 4096;

    private static final int SHOWN = 5;
    private static final int LONGEST = 60;

    private final TablePair pair;
    private final Connection before;
    private final Connection after;
    private final RowQueries queries;
    private final Set<String> ignored;
    private final Tally[] tallies;
    private final List<String> firstMissing = new ArrayList<>();
    private long rows;
    private long missing;
    private long added;

    /**
     * Prepares a comparison.
     *
     * @param ignored the keys of rows that are not compared
     */
    RowComparison(TablePair pair, Connection before, Connection after, Set<String> ignored) {
        this.pair = pair;
        this.before = before;
        this.after = after;
        this.ignored = ignored;
        this.queries = new RowQueries(pair, pair.key(), CHUNKS);
        this.tallies = Stream.generate(Tally::new).limit(pair.columns().size()).toArray(Tally[]::new);
    }

    /** What is known of one column's differences. */
    private static final class Tally {
        private long differing;
        private long filled;
        private long turnedNull;
        private final List<Difference> first = new ArrayList<>();
    }

    /** A chunk's rows: how many they are, and what their hashes add up to, for each column where rows have a key. */
    private record Chunk(long count, List<Long> sums) {
        static final Chunk NONE = new Chunk(0, List.of());
    }

    /** Compares; what was found is asked afterwards. */
    void run() throws SQLException {
        Map<Integer, Chunk> now;
        Map<Integer, Chunk> was;
        try (Beside beside = new Beside("zdm-compare")) {
            Future<Map<Integer, Chunk>> other = beside.begin(() -> chunks(before, queries.ofChunks(true)));
            try {
                now = chunks(after, queries.ofChunks(false));
            } finally {
                was = Beside.await(other);
            }
        }
        rows = was.values().stream().mapToLong(Chunk::count).sum();
        List<Integer> different = Stream.concat(was.keySet().stream(), now.keySet().stream())
                .distinct()
                .filter(chunk -> !Objects.equals(was.get(chunk), now.get(chunk)))
                .toList();
        if (!different.isEmpty()) {
            byRow(different, isKeyed() ? differentColumns(different, was, now) : List.of());
            if (!isKeyed()) {
                pairUp();
            }
        }
    }

    private List<Integer> differentColumns(List<Integer> different, Map<Integer, Chunk> was, Map<Integer, Chunk> now) {
        BitSet columns = new BitSet();
        for (Integer chunk : different) {
            List<Long> old = was.getOrDefault(chunk, Chunk.NONE).sums();
            List<Long> sums = now.getOrDefault(chunk, Chunk.NONE).sums();
            for (int i = 0; i < tallies.length; i++) {
                if (old.isEmpty() || sums.isEmpty() || !old.get(i).equals(sums.get(i))) {
                    columns.set(i);
                }
            }
        }
        return columns.stream().boxed().toList();
    }

    private static Map<Integer, Chunk> chunks(Connection connection, String query) throws SQLException {
        Map<Integer, Chunk> chunks = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            int columns = row.getMetaData().getColumnCount();
            while (row.next()) {
                List<Long> sums = new ArrayList<>(columns - 2);
                for (int i = 3; i <= columns; i++) {
                    BigDecimal sum = row.getBigDecimal(i);
                    sums.add(sum == null ? 0 : sum.longValue());
                }
                chunks.put(row.getInt(1), new Chunk(row.getLong(2), sums));
            }
        }
        return chunks;
    }

    private void byRow(List<Integer> chunks, List<Integer> columns) throws SQLException {
        try (SortedRows was = new SortedRows(before, queries.ofRows(chunks, columns, true), columns.size());
                SortedRows now = new SortedRows(after, queries.ofRows(chunks, columns, false), columns.size())) {
            was.next();
            now.next();
            while (!was.isOver() || !now.isOver()) {
                int order = was.compareTo(now);
                if (order < 0) {
                    if (!ignored.contains(was.key())) {
                        missing++;
                        show(was.key());
                    }
                    was.next();
                } else if (order > 0) {
                    added += ignored.contains(now.key()) ? 0 : 1;
                    now.next();
                } else {
                    if (!ignored.contains(was.key())) {
                        compareValues(was, now, columns);
                    }
                    was.next();
                    now.next();
                }
            }
        }
    }

    private void compareValues(SortedRows was, SortedRows now, List<Integer> columns) {
        for (int i = 0; i < columns.size(); i++) {
            String old = was.value(i);
            String value = now.value(i);
            if (!Objects.equals(old, value)) {
                Tally tally = tallies[columns.get(i)];
                tally.differing++;
                tally.filled += old == null ? 1 : 0;
                tally.turnedNull += value == null ? 1 : 0;
                if (tally.first.size() < SHOWN) {
                    tally.first.add(new Difference(shortened(was.key()), value(old), value(value)));
                }
            }
        }
    }

    private void show(String row) {
        if (firstMissing.size() < SHOWN) {
            firstMissing.add(shortened(row));
        }
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    private static @Nullable String value(@Nullable String text) {
        return text == null ? null : shortened(text);
    }

    /**
     * Without a key a changed row is one that is gone and one that is new; which columns they differ in is told by the
     * values that each column has as a whole.
     */
    private void pairUp() throws SQLException {
        long changed = Math.min(missing, added);
        missing -= changed;
        added -= changed;
        if (changed == 0) {
            return;
        }
        List<String> was = valuesOfColumns(before, queries.ofColumns(true));
        List<String> now = valuesOfColumns(after, queries.ofColumns(false));
        boolean none = was.equals(now);
        for (int i = 0; i < tallies.length; i++) {
            if (none || !was.get(i).equals(now.get(i))) {
                tallies[i].differing = changed;
                tallies[i].turnedNull = Math.max(0, nulls(now.get(i)) - nulls(was.get(i)));
            }
        }
    }

    private static long nulls(String values) {
        return Long.parseLong(values.substring(0, values.indexOf(' ')));
    }

    /** Returns for each column how many NULLs it has, and the sum of the hashes of its values. */
    private List<String> valuesOfColumns(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            List<String> values = new ArrayList<>();
            for (int i = 1; i <= tallies.length; i++) {
                values.add(row.getString(i));
            }
            return values;
        }
    }

    long rows() {
        return rows;
    }

    long missing() {
        return missing;
    }

    long added() {
        return added;
    }

    List<String> firstMissing() {
        return firstMissing;
    }

    boolean isKeyed() {
        return !queries.key().isEmpty();
    }

    /** Returns the columns that differ. */
    List<ColumnData> columns() {
        List<ColumnData> columns = new ArrayList<>();
        for (int i = 0; i < tallies.length; i++) {
            ColumnPair column = pair.columns().get(i);
            if (tallies[i].differing > 0) {
                columns.add(new ColumnData(
                        column.was().name(),
                        column.now().name(),
                        column.origin(),
                        column.was().typeName(),
                        column.now().typeName(),
                        column.conversion(),
                        column.hasNewFormula(),
                        tallies[i].differing,
                        tallies[i].filled,
                        tallies[i].turnedNull,
                        tallies[i].first));
            }
        }
        return columns;
    }
}
