package dev.zdm.inspection;

import dev.zdm.change.StatementListener;
import dev.zdm.observation.TableAccess.Reads;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sees, from inside of their transactions, which relations the statements of an application lock and how they read them.
 *
 * <p>The locks tell a table that is used from one that happens to have no row for the statement.
 */
final class OperationWatch implements StatementListener {
    private static final String LOCKS = """
            select n.nspname, c.relname, l.mode
            from pg_locks l
            join pg_class c on c.oid = l.relation
            join pg_namespace n on n.oid = c.relnamespace
            where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.granted and c.relkind not in ('i', 'I')
              and l.database = (select oid from pg_database where datname = current_database())
              and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_toast%'
            """;
    private static final String READS = """
            select n.nspname, c.relname, pg_stat_get_xact_numscans(c.oid), pg_stat_get_xact_tuples_returned(c.oid),
                   coalesce((select sum(pg_stat_get_xact_numscans(i.indexrelid))::bigint
                             from pg_index i where i.indrelid = c.oid), 0)
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
              and n.nspname not like 'pg\\_toast%'
            """;

    private final Set<Relation> used = new HashSet<>();
    private final Set<Relation> written = new HashSet<>();
    private final Map<Place, Reads> reads = new HashMap<>();
    private String operation = "";

    /**
     * Where a table is read.
     *
     * @param operation the operation's name
     * @param statement the statement's text
     * @param table the table
     */
    record Place(String operation, String statement, Relation table) {}

    /** Names the operation that runs from now on. */
    void operation(String name) {
        operation = name;
    }

    /** Returns the relations that were locked. */
    Set<Relation> used() {
        return used;
    }

    /** Returns the relations that were locked as a writer does. */
    Set<Relation> written() {
        return written;
    }

    /** Returns how the tables were read. */
    Map<Place, Reads> reads() {
        return reads;
    }

    @Override
    public void sessionOpened(int pid) {
        // Whose session it is, is known.
    }

    @Override
    public @Nullable Object around(Execution execution) throws SQLException {
        Connection connection = execution.connection();
        if (TransactionBlocks.isControl(execution.statement().text())) {
            return execution.proceed();
        }
        if (TransactionBlocks.isOpen(connection) || !connection.getAutoCommit()) {
            return watched(execution);
        }
        try {
            return TransactionBlocks.within(connection, () -> watched(execution));
        } catch (TransactionBlocks.Refused e) {
            return execution.proceed();
        }
    }

    private @Nullable Object watched(Execution execution) throws SQLException {
        Connection connection = execution.connection();
        if (TransactionBlocks.isFailed(connection)) {
            return execution.proceed();
        }
        Map<Relation, Reads> before = reads(connection);
        Object result = execution.proceed();
        if (!TransactionBlocks.isOpen(connection) || TransactionBlocks.isFailed(connection)) {
            return result;
        }
        locks(connection);
        reads(connection).forEach((table, now) -> {
            Reads start = before.getOrDefault(table, Reads.NONE);
            Reads done = new Reads(
                    1,
                    now.sequentialScans() - start.sequentialScans(),
                    now.sequentialRows() - start.sequentialRows(),
                    now.indexScans() - start.indexScans());
            if (done.sequentialScans() > 0 || done.indexScans() > 0) {
                reads.merge(new Place(operation, execution.statement().text(), table), done, Reads::and);
            }
        });
        return result;
    }

    private void locks(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(LOCKS)) {
            while (rows.next()) {
                Relation relation = new Relation(rows.getString(1), rows.getString(2));
                used.add(relation);
                if (LockMode.ofCatalogName(rows.getString(3))
                        .filter(mode -> mode.compareTo(LockMode.ROW_EXCLUSIVE) >= 0)
                        .isPresent()) {
                    written.add(relation);
                }
            }
        }
    }

    private static Map<Relation, Reads> reads(Connection connection) throws SQLException {
        Map<Relation, Reads> reads = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(READS)) {
            while (rows.next()) {
                reads.put(
                        new Relation(rows.getString(1), rows.getString(2)),
                        new Reads(0, rows.getLong(3), rows.getLong(4), rows.getLong(5)));
            }
        }
        return reads;
    }
}
