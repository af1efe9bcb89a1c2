package dev.zdm.inspection;

import dev.zdm.plan.PlanException;
import dev.zdm.plan.ProductionSize;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tables of the baseline whose size in production is known, by oid: a table keeps its oid when a phase renames it,
 * and in every copy of the database.
 *
 * @param byOid their sizes in production
 */
record ProductionTables(Map<Long, ProductionSize> byOid) {
    static final ProductionTables NONE = new ProductionTables(Map.of());

    private static final String FIND = """
            select c.oid::bigint, c.relkind::text, c.relispartition, n.nspname, c.relname
            from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = to_regclass(?)
            """;
    private static final String ALL = """
            select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and not c.relispartition
              and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%' order by 1
            """;

    ProductionTables {
        byOid = Map.copyOf(byOid);
    }

    /**
     * Finds the tables.
     *
     * @param connection a session of the baseline
     * @throws PlanException if a stated size cannot be meant for this baseline; what an export says of tables that the
     *     baseline does not have is left out
     */
    static ProductionTables find(List<ProductionSize> sizes, Connection connection) throws SQLException {
        Map<Long, ProductionSize> found = new LinkedHashMap<>();
        for (ProductionSize size : sizes) {
            try (PreparedStatement find = connection.prepareStatement(FIND)) {
                find.setString(1, size.table().toString());
                try (ResultSet row = find.executeQuery()) {
                    if (row.next()) {
                        Relation relation = new Relation(row.getString(4), row.getString(5));
                        String trouble = trouble(size, row.getString(2), row.getBoolean(3), relation, connection);
                        add(size, row.getLong(1), trouble, found);
                    } else if (size.isStated()) {
                        throw new PlanException("the production size of table '" + size.table()
                                + "' is given, but the baseline has no such table; it has " + tables(connection));
                    }
                }
            }
        }
        return new ProductionTables(found);
    }

    private static void add(ProductionSize size, long oid, String trouble, Map<Long, ProductionSize> into) {
        if (!trouble.isEmpty() && size.isStated()) {
            throw new PlanException("the production size of table '" + size.table() + "' is given as " + size.rows()
                    + " rows, but " + trouble);
        }
        if (!trouble.isEmpty()) {
            return;
        }
        ProductionSize earlier = into.get(oid);
        if (earlier != null && earlier.isStated() && size.isStated()) {
            throw new PlanException("the production size of table '" + size.table() + "' is given twice: as "
                    + earlier.table() + " with " + earlier.rows() + " rows and as " + size.table() + " with "
                    + size.rows());
        }
        if (earlier == null || size.isStated()) {
            into.put(oid, size);
        }
    }

    /** Returns why a size is of no use; empty: it is. */
    private static String trouble(
            ProductionSize size, String kind, boolean isPartition, Relation relation, Connection connection)
            throws SQLException {
        if (!kind.equals("r") && !kind.equals("p")) {
            return relation + " is no table";
        }
        if (isPartition) {
            return relation + " is a partition; give the size of the partitioned table as a whole";
        }
        long rows = count(relation, connection);
        if (rows == 0 && size.isStated()) {
            return "the baseline has none of them; seed some thousand, so that growth can be measured";
        }
        return rows > size.rows() && size.isStated()
                ? "the baseline has " + rows + " already; state how many production has, or seed fewer"
                : "";
    }

    private static String tables(Connection connection) throws SQLException {
        StringBuilder names = new StringBuilder();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ALL)) {
            while (rows.next()) {
                names.append(names.isEmpty() ? "" : ", ").append(rows.getString(1));
            }
        }
        return names.isEmpty() ? "none" : names.toString();
    }

    static long count(Relation table, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from " + sql(table))) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Returns a name that no search path can mistake. */
    static String sql(Relation relation) {
        return new TableName(relation.schema(), relation.name()).toString();
    }

    Collection<Long> oids() {
        return byOid.keySet();
    }

    boolean isEmpty() {
        return byOid.isEmpty();
    }
}
