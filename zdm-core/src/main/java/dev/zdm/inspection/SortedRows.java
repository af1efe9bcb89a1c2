package dev.zdm.inspection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one side of a comparison, in the order of their keys, fetched little by little, one batch ahead of the caller
 * by a thread of its own: so both sides are read at once. For use by one thread.
 */
final class SortedRows implements AutoCloseable {
    private static final int BATCH = 1000;

    private final Beside beside = new Beside("zdm-rows");
    private final Reader reader;
    private Future<List<@Nullable String[]>> ahead;
    private List<@Nullable String[]> batch = List.of();
    private int place;
    private String key = "";

    /**
     * Begins to read; {@link #next} moves to the first row.
     *
     * @param query for the key, never null, and the values
     * @param values how many values there are
     */
    SortedRows(Connection connection, String query, int values) throws SQLException {
        reader = new Reader(ComparedSession.streaming(connection), query, values + 1);
        ahead = beside.begin(reader);
    }

    /** Runs the query at first, then reads one batch after the other. For use by one thread. */
    private static final class Reader implements Callable<List<@Nullable String[]>> {
        private final Statement statement;
        private final String query;
        private final int columns;
        private @Nullable ResultSet rows;

        Reader(Statement statement, String query, int columns) {
            this.statement = statement;
            this.query = query;
            this.columns = columns;
        }

        @Override
        public List<@Nullable String[]> call() throws SQLException {
            ResultSet from = rows == null ? statement.executeQuery(query) : rows;
            rows = from;
            List<@Nullable String[]> read = new ArrayList<>(BATCH);
            while (read.size() < BATCH && from.next()) {
                @Nullable String[] row = new String[columns];
                for (int i = 0; i < columns; i++) {
                    row[i] = from.getString(i + 1);
                }
                read.add(row);
            }
            return read;
        }
    }

    void next() throws SQLException {
        place++;
        if (place >= batch.size()) {
            batch = Beside.await(ahead);
            place = 0;
            if (!isOver()) {
                ahead = beside.begin(reader);
            }
        }
        String first = isOver() ? null : batch.get(place)[0];
        key = first == null ? "" : first;
    }

    boolean isOver() {
        return place >= batch.size();
    }

    String key() {
        return key;
    }

    @Nullable
    String value(int column) {
        return batch.get(place)[column + 1];
    }

    @Override
    public void close() throws SQLException {
        beside.close();
        awaitEnd();
        reader.statement.close();
    }

    /** A failure is told by {@link #next}, or comes of rows that nobody asks for any more. */
    private void awaitEnd() {
        try {
            Beside.await(ahead);
        } catch (SQLException e) {
            return;
        }
    }

    /** Returns whose row comes first: negative, this one's; zero: both have the same key. */
    int compareTo(SortedRows other) {
        if (isOver()) {
            return 1;
        }
        return other.isOver() ? -1 : compare(key, other.key);
    }

    /** The order of {@code collate "C"} in UTF-8, which is that of the code points. */
    private static int compare(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                boolean bothSurrogates = Character.isSurrogate(a) == Character.isSurrogate(b);
                return bothSurrogates ? Character.compare(a, b) : Character.isSurrogate(a) ? 1 : -1;
            }
        }
        return Integer.compare(one.length(), other.length());
    }
}
