package dev.zdm.rehearsal;

import dev.zdm.observation.InvariantOutcome.Broken;
import dev.zdm.postgres.SqlState;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the rows that break an invariant: counts them, shows the first ones, holds no more than a fetch in memory. */
final class InvariantRows {
    static final int FETCHED_AT_ONCE = 500;

    private static final int SHOWN = 5;
    private static final int MOST_CHARACTERS = 200;

    private InvariantRows() {}

    /**
     * Returns what the rows say; null: there are none.
     *
     * @param at when their snapshot was taken
     * @param deadline when to stop counting, in {@link System#nanoTime()}
     */
    static @Nullable Broken read(ResultSet rows, Instant at, long deadline) throws SQLException {
        List<String> first = new ArrayList<>();
        long count = 0;
        boolean inTime = true;
        try {
            while (inTime && rows.next()) {
                count++;
                if (count <= SHOWN) {
                    first.add(row(rows));
                }
                inTime = count % FETCHED_AT_ONCE != 0 || System.nanoTime() - deadline < 0;
            }
        } catch (SQLException e) {
            if (count == 0 || !SqlState.of(e).equals(SqlState.QUERY_CANCELED)) {
                throw e;
            }
            inTime = false;
        }
        return count == 0 ? null : new Broken(at, count, inTime, first);
    }

    private static String row(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            String value = String.valueOf(rows.getString(i));
            text.append(i == 1 ? "" : ", ").append(columns.getColumnLabel(i)).append('=');
            text.append(value.length() <= MOST_CHARACTERS ? value : shortened(value));
        }
        return text.toString();
    }

    private static String shortened(String value) {
        int end = value.offsetByCodePoints(0, Math.min(MOST_CHARACTERS, value.codePointCount(0, value.length())));
        return value.substring(0, end) + "… (" + value.length() + " characters)";
    }
}
