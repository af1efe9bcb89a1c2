package dev.zdm.inspection;

import dev.zdm.observation.SequenceData;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Sequences that number the rows of tables: identity columns, and columns whose default is {@code nextval}.
 *
 * <p>One that gives numbers again is seen from what it is about to give and from what rows have, not from its settings.
 */
final class Numbering {
    /** Where it is not known what a sequence has given already, rows that it would meet this soon count. */
    private static final long SOON = 1000;

    private static final String COLUMNS = """
            select sn.nspname, s.relname, tn.nspname, t.relname, a.attname, q.seqincrement
            from (select d.objid as seq, d.refobjid as tab, d.refobjsubid as num from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype = 'i'
                  union
                  select d.refobjid, f.adrelid, f.adnum from pg_depend d join pg_attrdef f on f.oid = d.objid
                  where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass
                    and pg_get_expr(f.adbin, f.adrelid) ~* '^nextval\\(') as numbered
            join pg_sequence q on q.seqrelid = seq and q.seqincrement > 0 and not q.seqcycle
            join pg_class s on s.oid = seq join pg_namespace sn on sn.oid = s.relnamespace
            join pg_class t on t.oid = tab and t.relkind in ('r', 'p') and not t.relispartition
              and t.relpersistence <> 't'
            join pg_namespace tn on tn.oid = t.relnamespace
            join pg_attribute a on a.attrelid = tab and a.attnum = num
              and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
            order by 3, 4, 5
            """;

    private static final String TABLES = """
            select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p')
            """;

    private final List<Numbered> columns;
    private final Set<Relation> tables;

    private Numbering(List<Numbered> columns, Set<Relation> tables) {
        this.columns = columns;
        this.tables = tables;
    }

    /** A column with its sequence, and the number that this gives next. */
    private record Numbered(Relation sequence, Relation table, String column, long next) {
        boolean isSameColumn(Numbered other) {
            return table.equals(other.table) && column.equals(other.column);
        }
    }

    static Numbering read(Connection connection) throws SQLException {
        List<Numbered> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                Statement inner = connection.createStatement();
                ResultSet row = statement.executeQuery(COLUMNS)) {
            while (row.next()) {
                Relation sequence = new Relation(row.getString(1), row.getString(2));
                long next = number(
                        inner,
                        "select case when is_called then last_value + " + row.getLong(6) + " else last_value end from "
                                + sequence.qualified());
                columns.add(new Numbered(
                        sequence, new Relation(row.getString(3), row.getString(4)), row.getString(5), next));
            }
        }
        return new Numbering(columns, tables(connection));
    }

    private static Set<Relation> tables(Connection connection) throws SQLException {
        Set<Relation> tables = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(TABLES)) {
            while (row.next()) {
                tables.add(new Relation(row.getString(1), row.getString(2)));
            }
        }
        return tables;
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /**
     * Returns the sequences that give numbers which rows have, and did not before. A table that there was not is left out:
     * it may be a copy that is to be filled, whose numbers are still given elsewhere.
     *
     * @param now a session on the database after the change
     */
    List<SequenceData> behindIn(Connection now) throws SQLException {
        List<SequenceData> behind = new ArrayList<>();
        for (Numbered column : read(now).columns) {
            if (tables.contains(column.table())) {
                SequenceData taken = taken(column, now);
                if (taken.taken() > 0) {
                    behind.add(taken);
                }
            }
        }
        return behind;
    }

    private SequenceData taken(Numbered column, Connection now) throws SQLException {
        long end = columns.stream()
                .filter(column::isSameColumn)
                .findFirst()
                .map(Numbered::next)
                .orElse(column.next() + SOON);
        String name = "\"" + column.column().replace("\"", "\"\"") + "\"";
        try (Statement statement = now.createStatement();
                ResultSet row = statement.executeQuery("select count(*), coalesce(min(" + name + "), 0), coalesce(max("
                        + name + "), 0) from " + column.table().qualified() + " where " + name + " >= " + column.next()
                        + " and " + name + " < " + end)) {
            row.next();
            return new SequenceData(
                    column.sequence(),
                    column.table(),
                    column.column(),
                    column.next(),
                    row.getLong(1),
                    row.getLong(2),
                    row.getLong(3));
        }
    }
}
