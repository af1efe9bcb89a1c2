package dev.zdm.inspection;

import dev.zdm.inspection.DataCatalog.Table;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The queries that compare the rows of a table, for its side before and its side after the change.
 *
 * @param pair the table
 * @param key the columns by which rows are told apart; empty: by all of them
 * @param chunks into how many chunks the rows are dealt, a power of two
 */
record RowQueries(TablePair pair, List<ColumnPair> key, int chunks) {
    /**
     * Returns a query for each chunk's number, how many rows it has, and what their hashes add up to: where there is a key,
     * those of each column's values, each made together with the key, else those of the rows.
     */
    String ofChunks(boolean isBefore) {
        String chunk = "select (h & " + (chunks - 1) + ")::int, count(*), ";
        if (key.isEmpty()) {
            return chunk + "sum(h) from (select " + hash(rowText(isBefore), "0") + " as h " + from(isBefore)
                    + ") as hashed group by 1";
        }
        List<String> values =
                pair.columns().stream().map(column -> text(column, isBefore)).toList();
        return IntStream.range(0, values.size())
                        .mapToObj(i -> "bit_xor(" + hash("v" + i, "h") + ")")
                        .collect(Collectors.joining(", ", chunk, ""))
                // Without the offset the hash of the key would be calculated once for each column.
                + IntStream.range(0, values.size())
                        .mapToObj(i -> ", " + values.get(i) + " as v" + i)
                        .collect(Collectors.joining(
                                "",
                                " from (select " + hash(keyText(isBefore), "0") + " as h",
                                " " + from(isBefore) + " offset 0) as hashed group by 1"));
    }

    private static String hash(String text, String seed) {
        return "hashtextextended(" + text + ", " + seed + ")";
    }

    /**
     * Returns a query for the key, and values, of the rows of some chunks, sorted by key.
     *
     * @param columns the numbers of the columns whose values are asked for
     */
    String ofRows(List<Integer> some, List<Integer> columns, boolean isBefore) {
        String values = columns.stream()
                .map(column -> ", " + text(pair.columns().get(column), isBefore))
                .collect(Collectors.joining());
        String k = keyText(isBefore);
        String list = some.stream().map(String::valueOf).collect(Collectors.joining(","));
        String which = some.size() == chunks
                ? ""
                : " where (" + hash(k, "0") + " & " + (chunks - 1) + ")::int = any('{" + list + "}'::int[])";
        return "select " + k + values + " " + from(isBefore) + which + " order by 1";
    }

    private static String text(ColumnPair column, boolean isBefore) {
        return "(" + expression(column, isBefore) + ")::text collate \"C\"";
    }

    /** Returns a query for how many NULLs each column has, and the sum of the hashes of its values, in one text each. */
    String ofColumns(boolean isBefore) {
        return pair.columns().stream()
                .map(column -> text(column, isBefore))
                .map(text -> "count(*) - count(" + text + ") || ' ' || coalesce(sum(" + hash(text, "0") + "), 0)")
                .collect(Collectors.joining(", ", "select ", " " + from(isBefore)));
    }

    private String from(boolean isBefore) {
        if (isBefore) {
            return "from " + pair.was().source();
        }
        Table now = Objects.requireNonNull(pair.now());
        if (pair.parts().isEmpty()) {
            return "from " + now.source();
        }
        String columns = pair.columns().stream()
                .map(column -> '"' + column.now().name().replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(", "));
        return Stream.concat(Stream.of(now), pair.parts().stream())
                .map(table -> "select " + columns + " from " + table.source())
                .collect(Collectors.joining(" union all ", "from (", ") as whole"));
    }

    private static String expression(ColumnPair column, boolean isBefore) {
        return isBefore ? column.before() : column.after();
    }

    private String keyText(boolean isBefore) {
        if (key.isEmpty()) {
            return rowText(isBefore);
        }
        return key.size() == 1
                ? "coalesce((" + expression(key.get(0), isBefore) + ")::text, '') collate \"C\""
                : rowOf(key, isBefore);
    }

    private String rowText(boolean isBefore) {
        return rowOf(pair.columns(), isBefore);
    }

    private static String rowOf(List<ColumnPair> columns, boolean isBefore) {
        return columns.stream()
                .map(column -> expression(column, isBefore))
                .collect(Collectors.joining(", ", "row(", ")::text collate \"C\""));
    }
}
