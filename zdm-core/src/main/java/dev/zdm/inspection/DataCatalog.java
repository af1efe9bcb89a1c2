package dev.zdm.inspection;

import dev.zdm.postgres.Relation;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The user's tables and views of one database, with what it takes to compare their rows.
 *
 * @param byOid all of them, in the order of their names
 * @param types the types that there are, by oid
 */
record DataCatalog(Map<Long, Table> byOid, Map<Long, ValueType> types) {
    /** What migration tools write into their own books. */
    private static final Set<String> BOOKS =
            Set.of("flyway_schema_history", "databasechangelog", "databasechangeloglock");

    private static final String TABLES = """
            select c.oid::bigint, n.nspname, c.relname, c.relkind::text, c.relispartition,
                   coalesce((select min(i.inhparent::bigint) from pg_inherits i where i.inhrelid = c.oid
                             and c.relispartition), 0),
                   coalesce((select (k.indkey::int2[])[0 : k.indnkeyatts - 1] from pg_index k where k.indrelid = c.oid and k.indisunique and k.indisvalid
                       and k.indimmediate and k.indpred is null and k.indexprs is null
                       and not exists (select from unnest(k.indkey::int2[]) with ordinality as part(attnum, place)
                                       join pg_attribute a on a.attrelid = c.oid and a.attnum = part.attnum
                                       where place <= k.indnkeyatts and not a.attnotnull)
                       order by k.indisprimary desc, k.indnkeyatts, k.indexrelid limit 1), '{}')
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
              and n.nspname not like 'pg\\_toast%' and n.nspname not like 'pg\\_temp%'
            order by 2, 3
            """;
    private static final String COLUMNS = """
            select a.attrelid::bigint, a.attnum, a.attname, a.atttypid::bigint, a.atttypmod,
                   format_type(a.atttypid, a.atttypmod),
                   case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end
            from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
            left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'c')
              and n.nspname not in ('pg_catalog', 'information_schema')
              and n.nspname not like 'pg\\_toast%' and n.nspname not like 'pg\\_temp%'
            order by 1, 2
            """;
    private static final String TYPES = """
            select t.oid::bigint, format_type(t.oid, -1), t.typcategory::text, t.typtype::text,
                   case when t.typcategory = 'A' then t.typelem else t.typbasetype end::bigint, t.typrelid::bigint
            from pg_type t where t.typtype <> 'p'
            """;

    /**
     * A table or view.
     *
     * @param oid its number
     * @param relation its name
     * @param kind {@code pg_class.relkind}
     * @param parent the partitioned table that it is a part of; 0: none
     * @param key the columns of its key, by number; empty: it has none
     * @param columns its columns, in order
     */
    record Table(long oid, Relation relation, char kind, long parent, List<Integer> key, List<Column> columns) {
        boolean isPlain() {
            return (kind == 'r' || kind == 'p')
                    && parent == 0
                    && !BOOKS.contains(relation.name().toLowerCase(java.util.Locale.ROOT));
        }

        /** Returns what stands after {@code FROM}: a table without those that inherit from it, which have their own. */
        String source() {
            return (kind == 'r' ? "only " : "") + relation.qualified();
        }

        Optional<Column> column(String name) {
            return columns.stream().filter(column -> column.name().equals(name)).findFirst();
        }

        Optional<Column> column(int number) {
            return columns.stream().filter(column -> column.number() == number).findFirst();
        }
    }

    /**
     * A column.
     *
     * @param number its number, which a rename does not change
     * @param name its name
     * @param type its type's oid
     * @param modifier its type's modifier
     * @param typeName its type, as SQL spells it
     * @param formula what generates it; null: nothing does
     */
    record Column(
            int number,
            String name,
            long type,
            int modifier,
            String typeName,
            @Nullable String formula) {}

    /**
     * A type.
     *
     * @param name as SQL spells it, without a modifier
     * @param category {@code pg_type.typcategory}
     * @param kind {@code pg_type.typtype}
     * @param base what a domain, or an array, is made of; 0: it is none
     * @param attributes what a composite type is made of; empty: it is none
     */
    record ValueType(String name, char category, char kind, long base, List<Column> attributes) {}

    static DataCatalog read(Connection connection) throws SQLException {
        Map<Long, List<Column>> columns = columns(connection);
        Map<Long, Table> tables = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(TABLES)) {
            while (row.next()) {
                long oid = row.getLong(1);
                tables.put(
                        oid,
                        new Table(
                                oid,
                                new Relation(row.getString(2), row.getString(3)),
                                row.getString(4).charAt(0),
                                row.getLong(6),
                                numbers(row.getArray(7)),
                                columns.getOrDefault(oid, List.of())));
            }
        }
        return new DataCatalog(tables, types(connection, columns));
    }

    private static List<Integer> numbers(Array array) throws SQLException {
        List<Integer> numbers = new ArrayList<>();
        for (Object number : (Object[]) array.getArray()) {
            numbers.add(((Number) number).intValue());
        }
        return numbers;
    }

    private static Map<Long, List<Column>> columns(Connection connection) throws SQLException {
        Map<Long, List<Column>> columns = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(COLUMNS)) {
            while (row.next()) {
                columns.computeIfAbsent(row.getLong(1), table -> new ArrayList<>())
                        .add(new Column(
                                row.getInt(2),
                                row.getString(3),
                                row.getLong(4),
                                row.getInt(5),
                                row.getString(6),
                                row.getString(7)));
            }
        }
        return columns;
    }

    private static Map<Long, ValueType> types(Connection connection, Map<Long, List<Column>> columns)
            throws SQLException {
        Map<Long, ValueType> types = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(TYPES)) {
            while (row.next()) {
                types.put(
                        row.getLong(1),
                        new ValueType(
                                row.getString(2),
                                row.getString(3).charAt(0),
                                row.getString(4).charAt(0),
                                row.getLong(5),
                                columns.getOrDefault(row.getLong(6), List.of())));
            }
        }
        return types;
    }

    /** Returns the table or view of this name. */
    Optional<Table> find(Relation relation) {
        return byOid.values().stream()
                .filter(table -> table.relation().equals(relation))
                .findFirst();
    }

    /** Returns the topmost partitioned table that a table is a part of, or the table itself. */
    Table rootOf(Table table) {
        Table root = table;
        while (byOid.containsKey(root.parent())) {
            root = byOid.get(root.parent());
        }
        return root;
    }

    /** Returns what a domain is made of in the end, or the type itself. */
    long baseOf(long type) {
        long base = type;
        for (ValueType known = types.get(base); known != null && known.kind() == 'd'; known = types.get(base)) {
            base = known.base();
        }
        return base;
    }

    /** Returns the numbers of all that values of a type are made of; empty: they are not composite, nor is anything in them. */
    String shapeOf(long type) {
        ValueType known = types.get(type);
        if (known == null) {
            return "";
        }
        return known.attributes().isEmpty()
                ? shapeOf(known.base())
                : known.attributes().stream()
                        .map(attribute -> attribute.number() + shapeOf(attribute.type()))
                        .collect(Collectors.joining(",", "(", ")"));
    }
}
