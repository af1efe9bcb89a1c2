package dev.zdm.values;

import dev.zdm.observation.SeededRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Adds rows with adversarial values to every table of a database; the same rows each time. */
public final class AdversarialRows {
    private AdversarialRows() {}

    /**
     * Adds the rows in one transaction and moves the sequences of their keys past them.
     *
     * @param connection a session in autocommit mode of the database
     * @param rows how many rows each table is to get, at least 1
     * @param highestKey the highest key that operations draw; those of the rows are above
     * @return what the tables got, those without a row included
     */
    public static List<SeededRows> add(Connection connection, int rows, long highestKey) throws SQLException {
        List<SeededRows> seeded = new ArrayList<>();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set constraints all immediate"); // What is deferred would undo all rows at the end.
            for (SeedTable table : new SchemaReader(connection).tables()) {
                seeded.add(new TableSeed(table, connection, highestKey).add(rows));
            }
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return seeded;
    }
}
