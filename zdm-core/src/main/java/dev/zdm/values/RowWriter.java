package dev.zdm.values;

import dev.zdm.postgres.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Types;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes rows into one table, each under a savepoint. */
final class RowWriter {
    private final SeedTable table;
    private final Connection connection;

    RowWriter(SeedTable table, Connection connection) {
        this.table = table;
        this.connection = connection;
    }

    /** Returns a column's name as SQL needs it. */
    static String sql(String column) {
        return new TableName(null, column).toString();
    }

    /**
     * Writes a row.
     *
     * @param row values by column; the other columns get their defaults
     * @param keep whether the row stays if the server takes it
     * @return why the server did not take it; empty: it did
     */
    Optional<SQLException> write(Map<String, @Nullable String> row, boolean keep) throws SQLException {
        String columns = row.keySet().stream().map(RowWriter::sql).collect(Collectors.joining(", "));
        String places = String.join(", ", Collections.nCopies(row.size(), "?"));
        String insert = "insert into " + table.name().qualified() + " (" + columns
                + ") overriding system value values (" + places + ")";
        Savepoint before = connection.setSavepoint();
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            int place = 1;
            for (String value : row.values()) {
                statement.setObject(place++, value, Types.OTHER); // Of no type: the server reads it as the column's.
            }
            statement.executeUpdate();
            if (!keep) {
                connection.rollback(before);
            }
            return Optional.empty();
        } catch (SQLException e) {
            connection.rollback(before);
            return Optional.of(e);
        } finally {
            connection.releaseSavepoint(before);
        }
    }

    /** Moves the sequences of the table's keys past the rows, as if they had drawn from them. */
    void moveSequences() throws SQLException {
        for (Column column : table.columns()) {
            if (column.sequence() != null && column.isInteger()) {
                String move = "select setval(q.seqrelid, highest) from pg_sequence q, " + column.sequence()
                        + " s, (select max(" + sql(column.name()) + ")::bigint highest from "
                        + table.name().qualified()
                        + ") t where q.seqrelid = ?::regclass and q.seqincrement > 0 and s.last_value < highest";
                try (PreparedStatement statement = connection.prepareStatement(move)) {
                    statement.setString(1, column.sequence());
                    statement.executeQuery().close();
                }
            }
        }
    }
}
