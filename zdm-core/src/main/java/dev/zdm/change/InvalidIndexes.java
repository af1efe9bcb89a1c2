package dev.zdm.change;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;

/** The invalid indexes of a database that nobody is building now. */
final class InvalidIndexes {
    private static final String QUERY = """
            select i.indexrelid::regclass::text from pg_index i
            where not i.indisvalid
              and not exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
            """;

    private InvalidIndexes() {}

    static Set<String> of(Connection connection) throws SQLException {
        Set<String> names = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(QUERY)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /**
     * Checks after a failed try that it left no invalid index behind.
     *
     * @param before those that there were before it
     * @throws GaveUpException if it did: the statement would fail again, or hide the index behind {@code IF NOT EXISTS}
     */
    static void requireNone(Set<String> before, Connection connection, SQLException failure)
            throws GaveUpException, SQLException {
        Set<String> left = of(connection);
        left.removeAll(before);
        if (!left.isEmpty()) {
            throw new GaveUpException(
                    "gave up: the try left the invalid index " + String.join(", ", left)
                            + " behind; drop it (DROP INDEX "
                            + "CONCURRENTLY) before the next try, and let statements that build indexes concurrently wait "
                            + "without lock_timeout",
                    failure);
        }
    }
}
