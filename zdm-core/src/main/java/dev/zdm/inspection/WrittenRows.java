package dev.zdm.inspection;

import dev.zdm.observation.TableData.Written;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * How many rows of each table were written so far, by the server's counters; a table that is rewritten is not written to.
 *
 * @param byOid the rows, by table
 * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html">The Cumulative Statistics System</a>
 */
record WrittenRows(Map<Long, Written> byOid) {
    private static final String QUERY = """
            select oid::bigint, pg_stat_get_tuples_inserted(oid), pg_stat_get_tuples_updated(oid),
                   pg_stat_get_tuples_deleted(oid)
            from pg_class where relkind = 'r'
            """;

    /** Reads the counters, once all other sessions have ended: a session reports at its end, at the latest. */
    static WrittenRows read(Connection connection) throws SQLException {
        UsedRelations.awaitEndOfOtherSessions(connection);
        Map<Long, Written> rows = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            while (row.next()) {
                rows.put(row.getLong(1), new Written(row.getLong(2), row.getLong(3), row.getLong(4)));
            }
        }
        return new WrittenRows(rows);
    }

    /** Returns what was written until a later reading to a table with all its partitions. */
    Written until(WrittenRows later, long table, DataCatalog catalog) {
        Written sum = Written.NOTHING;
        for (Map.Entry<Long, Written> entry : byOid.entrySet()) {
            DataCatalog.Table part = catalog.byOid().get(entry.getKey());
            Written end = later.byOid.get(entry.getKey());
            if (part != null && end != null && catalog.rootOf(part).oid() == table) {
                Written begin = entry.getValue();
                sum = new Written(
                        sum.inserted() + end.inserted() - begin.inserted(),
                        sum.updated() + end.updated() - begin.updated(),
                        sum.deleted() + end.deleted() - begin.deleted());
            }
        }
        return sum;
    }
}
