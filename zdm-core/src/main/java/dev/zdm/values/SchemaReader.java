package dev.zdm.values;

import dev.zdm.postgres.Relation;
import dev.zdm.postgres.TableName;
import dev.zdm.values.SeedTable.Reference;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads tables and columns from the catalogue. */
public final class SchemaReader {
    private static final String TABLES = """
            select c.oid::bigint, n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and not c.relispartition
              and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
              and c.relname not in ('flyway_schema_history', 'databasechangelog', 'databasechangeloglock')
              and not exists (select from pg_depend d
                              where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
            order by c.oid
            """;
    // Domains are followed to their base types; a default's sequence is what the default depends on.
    private static final String COLUMNS = """
            with recursive base (attnum, oid, typmod, required) as (
                select attnum, atttypid, atttypmod, attnotnull from pg_attribute
                where attrelid = ?::bigint::oid and attnum > 0 and not attisdropped and attgenerated = ''
                union all
                select b.attnum, t.typbasetype, t.typtypmod, b.required or t.typnotnull
                from base b join pg_type t on t.oid = b.oid where t.typtype = 'd')
            select a.attname, t.typname, t.typcategory::text, b.typmod, not b.required,
                   array(select enumlabel::text from pg_enum where enumtypid = t.oid order by enumsortorder),
                   exists (select from pg_index i where i.indrelid = a.attrelid and i.indisunique
                           and (a.attnum = any (i.indkey::int2[])
                                or exists (select from pg_depend d where d.objid = i.indexrelid
                                           and d.refobjid = a.attrelid and d.refobjsubid = a.attnum))),
                   exists (select from pg_index i where i.indrelid = a.attrelid and i.indisprimary
                           and a.attnum = any (i.indkey::int2[])),
                   coalesce(pg_get_serial_sequence(a.attrelid::regclass::text, a.attname),
                            (select s.oid::regclass::text from pg_attrdef f
                             join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = f.oid
                             join pg_class s on d.refclassid = 'pg_class'::regclass and s.oid = d.refobjid
                             where f.adrelid = a.attrelid and f.adnum = a.attnum and s.relkind = 'S' limit 1))
            from base b join pg_type t on t.oid = b.oid
            join pg_attribute a on a.attrelid = ?::bigint::oid and a.attnum = b.attnum
            where t.typtype <> 'd' order by a.attnum
            """;
    private static final String REFERENCES = """
            select array(select a.attname::text from unnest(k.conkey) with ordinality u (num, place)
                         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num order by u.place),
                   k.confrelid::bigint, n.nspname, c.relname,
                   array(select a.attname::text from unnest(k.confkey) with ordinality u (num, place)
                         join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num order by u.place)
            from pg_constraint k join pg_class c on c.oid = k.confrelid join pg_namespace n on n.oid = c.relnamespace
            where k.conrelid = ?::bigint::oid and k.contype = 'f' order by k.oid
            """;

    private final Connection connection;

    /** Prepares to read over a session, which stays open. */
    public SchemaReader(Connection connection) {
        this.connection = connection;
    }

    /** Returns the user's tables, those that others refer to before the others, as far as that is possible. */
    List<SeedTable> tables() throws SQLException {
        List<SeedTable> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(TABLES)) {
            while (rows.next()) {
                long oid = rows.getLong(1);
                Relation name = new Relation(rows.getString(2), rows.getString(3));
                found.add(new SeedTable(oid, name, columns(oid), references(oid)));
            }
        }
        return inOrder(found);
    }

    /** Returns the columns of a table that an INSERT may name, in order; empty: there is no such table. */
    public List<Column> columns(TableName table) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement("select to_regclass(?)::oid::bigint")) {
            find.setString(1, table.toString());
            try (ResultSet row = find.executeQuery()) {
                row.next();
                return columns(row.getLong(1));
            }
        }
    }

    private List<Column> columns(long table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement read = connection.prepareStatement(COLUMNS)) {
            read.setLong(1, table);
            read.setLong(2, table);
            try (ResultSet rows = read.executeQuery()) {
                while (rows.next()) {
                    columns.add(new Column(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getString(3).charAt(0),
                            rows.getInt(4),
                            strings(rows.getArray(6)),
                            rows.getBoolean(5),
                            rows.getBoolean(7),
                            rows.getBoolean(8),
                            rows.getString(9)));
                }
            }
        }
        return columns;
    }

    private List<Reference> references(long table) throws SQLException {
        List<Reference> references = new ArrayList<>();
        try (PreparedStatement read = connection.prepareStatement(REFERENCES)) {
            read.setLong(1, table);
            try (ResultSet rows = read.executeQuery()) {
                while (rows.next()) {
                    references.add(new Reference(
                            strings(rows.getArray(1)),
                            rows.getLong(2),
                            new Relation(rows.getString(3), rows.getString(4)),
                            strings(rows.getArray(5))));
                }
            }
        }
        return references;
    }

    private static List<String> strings(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    private static List<SeedTable> inOrder(List<SeedTable> tables) {
        List<SeedTable> rest = new ArrayList<>(tables);
        List<SeedTable> ordered = new ArrayList<>();
        Set<Long> missing = new LinkedHashSet<>();
        tables.forEach(table -> missing.add(table.oid()));
        while (!rest.isEmpty()) {
            SeedTable next = rest.stream()
                    .filter(table -> table.references().stream()
                            .noneMatch(reference ->
                                    reference.targetOid() != table.oid() && missing.contains(reference.targetOid())))
                    .findFirst()
                    .orElse(rest.get(0)); // A circle begins somewhere.
            rest.remove(next);
            missing.remove(next.oid());
            ordered.add(next);
        }
        return ordered;
    }
}
