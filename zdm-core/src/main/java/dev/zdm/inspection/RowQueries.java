package dev.zdm.inspection;

import dev.zdm.inspection.DataCatalog.Table;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The queries that compare the rows of a table, for its side before and its side after the change.
 *
 * @param pair the table
 * @param key the columns by which rows are told apart; empty: by all of them
 * @param chunks into how many chunks the rows are dealt, a power of two
 */
record RowQueries(TablePair pair, List<ColumnPair> key, int chunks) {
    /** Returns a query for each chunk's number, rows and sum of hashes. */
    String ofChunks(boolean isBefore) {
        return "select (hashtextextended(k, 0) & " + (chunks - 1) + ")::int, count(*), sum(hashtextextended(r, 1))"
                + " from (select " + keyText(isBefore) + " as k, " + rowText(isBefore) + " as r " + from(isBefore)
                + ") as hashed group by 1";
    }

    /** Returns a query for the key, and where there is one all values, of the rows of some chunks, sorted by key. */
    String ofRows(List<Integer> some, boolean isBefore) {
        String values = key.isEmpty()
                ? ""
                : pair.columns().stream()
                        .map(column -> ", (" + expression(column, isBefore) + ")::text")
                        .collect(Collectors.joining());
        String k = keyText(isBefore);
        String list = some.stream().map(String::valueOf).collect(Collectors.joining(","));
        String which = some.size() == chunks
                ? ""
                : " where (hashtextextended(" + k + ", 0) & " + (chunks - 1) + ")::int = any('{" + list + "}'::int[])";
        return "select " + k + values + " " + from(isBefore) + which + " order by 1";
    }

    /** Returns a query for how many NULLs each column has, and the sum of the hashes of its values, in one text each. */
    String ofColumns(boolean isBefore) {
        return pair.columns().stream()
                .map(column -> "(" + expression(column, isBefore) + ")::text")
                .map(text -> "count(*) - count(" + text + ") || ' ' || coalesce(sum(hashtextextended(" + text
                        + " collate \"C\", 0)), 0)")
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
