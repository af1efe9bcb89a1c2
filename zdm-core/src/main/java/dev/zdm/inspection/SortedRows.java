package dev.zdm.inspection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The rows of one side of a comparison, in the order of their keys, fetched little by little. */
final class SortedRows implements AutoCloseable {
    private final Statement statement;
    private final ResultSet rows;
    private boolean over;
    private String key = "";

    SortedRows(Connection connection, String query) throws SQLException {
        statement = ComparedSession.streaming(connection);
        rows = statement.executeQuery(query);
        next();
    }

    void next() throws SQLException {
        over = !rows.next();
        key = over ? "" : rows.getString(1);
    }

    boolean isOver() {
        return over;
    }

    String key() {
        return key;
    }

    @Nullable
    String value(int column) throws SQLException {
        return rows.getString(column + 2);
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }

    /** Returns whose row comes first: negative, this one's; zero: both have the same key. */
    int compareTo(SortedRows other) {
        if (over) {
            return 1;
        }
        return other.over ? -1 : compare(key, other.key);
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
