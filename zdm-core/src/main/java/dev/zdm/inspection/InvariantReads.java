package dev.zdm.inspection;

import dev.zdm.observation.UntouchedData.ColumnRead;
import dev.zdm.plan.Invariant;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the columns that invariants read, by what a view of the query depends on. What it reads through other views
 * counts as far as those read it.
 */
final class InvariantReads {
    private static final String READS = """
            with recursive read(relation, number) as (
                select d.refobjid, d.refobjsubid from pg_rewrite r join pg_depend d
                  on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
                where r.ev_class = 'pg_temp.zdm_invariant'::regclass
                union
                select d.refobjid, d.refobjsubid from read
                join pg_rewrite r on r.ev_class = read.relation
                join pg_depend d
                  on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass)
            select distinct n.nspname, c.relname, coalesce(a.attname, '')
            from read join pg_class c on c.oid = read.relation join pg_namespace n on n.oid = c.relnamespace
            left join pg_attribute a on a.attrelid = read.relation and a.attnum = read.number and a.attnum > 0
            where c.relkind <> 'v' or read.number > 0
            """;

    private InvariantReads() {}

    /**
     * Returns what each of them reads, by name; one that the database does not understand, as it needs what is not there
     * yet or any more, is missing. A table read without any of its columns is among them with an empty column.
     */
    static Map<String, Set<ColumnRead>> of(List<Invariant> invariants, Connection connection) throws SQLException {
        Map<String, Set<ColumnRead>> reads = new HashMap<>();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (Invariant invariant : invariants) {
                try {
                    // Any query can stand here, also one with columns of the same name, or none.
                    statement.execute(
                            "create temporary view zdm_invariant as select exists (" + query(invariant) + "\n)");
                    reads.put(invariant.name(), read(statement));
                } catch (SQLException e) {
                    reads.remove(invariant.name());
                }
                connection.rollback();
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return reads;
    }

    private static String query(Invariant invariant) {
        String query = invariant.query().strip();
        return query.endsWith(";") ? query.substring(0, query.length() - 1) : query;
    }

    private static Set<ColumnRead> read(Statement statement) throws SQLException {
        Set<ColumnRead> columns = new HashSet<>();
        try (ResultSet row = statement.executeQuery(READS)) {
            while (row.next()) {
                columns.add(new ColumnRead(new Relation(row.getString(1), row.getString(2)), row.getString(3)));
            }
        }
        return columns;
    }
}
