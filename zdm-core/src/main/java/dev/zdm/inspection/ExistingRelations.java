package dev.zdm.inspection;

import dev.zdm.observation.RelationUse;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The user's relations as they were before a change, by oid; what the change makes itself is not among them.
 *
 * @param byOid the relations
 */
record ExistingRelations(Map<Long, Entry> byOid) {
    /** Backfills keep their positions in a schema of their own. */
    private static final Set<String> OF_THE_SYSTEM = Set.of("pg_catalog", "information_schema", "zdm_backfill");

    private static final String QUERY = """
            select c.oid::bigint, n.nspname, c.relname, c.relkind::text, coalesce(i.indrelid, c.oid)::bigint,
                   greatest(0, t.reltuples)::bigint, pg_relation_size(t.oid),
                   coalesce((select min(p.inhparent::bigint) from pg_inherits p where p.inhrelid = c.oid), 0)
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            left join pg_index i on i.indexrelid = c.oid
            join pg_class t on t.oid = coalesce(i.indrelid, c.oid)
            where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_toast%'
              and n.nspname not like 'pg\\_temp%' and c.relkind in ('r', 'p', 'm', 'i', 'v', 'S', 'I', 'f')
            """;

    ExistingRelations {
        byOid = Map.copyOf(byOid);
    }

    /**
     * One relation.
     *
     * @param relation its name
     * @param kind {@code pg_class.relkind}
     * @param tableOid the table of an index, otherwise the relation itself
     * @param rows how many rows that table has, as the last {@code ANALYZE} found
     * @param bytes how large that table is, without its indexes
     * @param parentOid the partitioned or parent table that it is a part of; 0: none
     */
    record Entry(Relation relation, char kind, long tableOid, long rows, long bytes, long parentOid) {
        /** Returns a table that the change itself created. */
        static Entry created(Relation relation) {
            return new Entry(relation, 'r', 0, 0, 0, 0);
        }

        boolean isTable() {
            return kind == 'r' || kind == 'p' || kind == 'm';
        }
    }

    /** Reads what there is; statistics are brought up to date first. */
    static ExistingRelations read(Connection connection) throws SQLException {
        Map<Long, Entry> entries = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute("analyze");
            try (ResultSet rows = statement.executeQuery(QUERY)) {
                while (rows.next()) {
                    Relation relation = new Relation(rows.getString(2), rows.getString(3));
                    char kind = rows.getString(4).charAt(0);
                    entries.put(
                            rows.getLong(1),
                            new Entry(
                                    relation,
                                    kind,
                                    rows.getLong(5),
                                    rows.getLong(6),
                                    rows.getLong(7),
                                    rows.getLong(8)));
                }
            }
        }
        return new ExistingRelations(entries);
    }

    /** Returns the tables that the application uses, in the order of their names. */
    List<Entry> tables(RelationUse use) {
        return byOid.values().stream()
                .filter(entry -> entry.isTable() && use.used().contains(entry.relation()))
                .sorted(Comparator.comparing(Entry::relation))
                .toList();
    }

    /** Returns whether a schema belongs to the server. */
    static boolean isOfTheSystem(String schema) {
        return OF_THE_SYSTEM.contains(schema) || schema.startsWith("pg_toast");
    }

    Optional<Entry> find(long oid) {
        return Optional.ofNullable(byOid.get(oid));
    }

    /** Returns the table that a relation is, or is an index of. */
    Relation tableOf(Entry entry) {
        return find(entry.tableOid()).map(Entry::relation).orElse(entry.relation());
    }

    /** Returns the topmost table that a relation is a part of, with the rows of all its parts; or the relation itself. */
    Entry wholeOf(Entry entry) {
        Entry top = entry;
        while (byOid.containsKey(top.parentOid())) {
            top = byOid.get(top.parentOid());
        }
        long rows = 0;
        for (Entry other : byOid.values()) {
            rows += other.kind() == 'r' && isPartOf(other, top) ? other.rows() : 0;
        }
        return top.equals(entry) ? entry : new Entry(top.relation(), top.kind(), top.tableOid(), rows, top.bytes(), 0);
    }

    private boolean isPartOf(Entry entry, Entry top) {
        Entry whole = entry;
        while (!whole.equals(top) && byOid.containsKey(whole.parentOid())) {
            whole = byOid.get(whole.parentOid());
        }
        return whole.equals(top);
    }
}
