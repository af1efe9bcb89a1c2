package dev.zdm.inspection;

import dev.zdm.observation.Footprint.IndexChange;
import dev.zdm.observation.Footprint.IndexChange.Kind;
import dev.zdm.observation.Footprint.Rewrite;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of relations, the indexes and the valid constraints at one moment.
 *
 * @param byOid the relations with a file
 * @param validConstraints the names of valid check, foreign key and not-null constraints, by oid
 */
record RelationFiles(Map<Long, Entry> byOid, Map<Long, String> validConstraints) {
    private static final String RELATIONS = """
            select c.oid::bigint, n.nspname, c.relname, pg_relation_filenode(c.oid)::bigint,
                   i.indisvalid, tn.nspname, t.relname
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            left join pg_index i on i.indexrelid = c.oid
            left join pg_class t on t.oid = i.indrelid
            left join pg_namespace tn on tn.oid = t.relnamespace
            where c.relkind in ('r', 'm', 'i') and n.nspname not in ('pg_catalog', 'information_schema')
              and n.nspname not like 'pg\\_toast%'
            """;
    private static final String CONSTRAINTS = """
            select oid::bigint, conrelid::regclass || '.' || conname from pg_constraint
            where convalidated and conrelid <> 0 and contype in ('c', 'f', 'n')
            """;

    /**
     * One relation.
     *
     * @param relation its name
     * @param file its file's number
     * @param table the table of an index; null: it is no index
     * @param invalid whether it is an invalid index
     */
    private record Entry(
            Relation relation, long file, @Nullable Relation table, boolean invalid) {}

    /** Reads what there is. */
    static RelationFiles read(Connection connection) throws SQLException {
        Map<Long, Entry> entries = new HashMap<>();
        Map<Long, String> constraints = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(RELATIONS)) {
                while (rows.next()) {
                    Relation table =
                            rows.getString(7) == null ? null : new Relation(rows.getString(6), rows.getString(7));
                    entries.put(
                            rows.getLong(1),
                            new Entry(
                                    new Relation(rows.getString(2), rows.getString(3)),
                                    rows.getLong(4),
                                    table,
                                    table != null && !rows.getBoolean(5)));
                }
            }
            try (ResultSet rows = statement.executeQuery(CONSTRAINTS)) {
                while (rows.next()) {
                    constraints.put(rows.getLong(1), rows.getString(2));
                }
            }
        }
        return new RelationFiles(entries, constraints);
    }

    /** Returns the relations that existed before the change and have another file in a later snapshot. */
    Map<Long, Rewrite> renewed(RelationFiles later, ExistingRelations existing) {
        Map<Long, Rewrite> renewed = new TreeMap<>();
        later.byOid.forEach((oid, now) -> {
            Optional<ExistingRelations.Entry> known = existing.find(oid);
            Entry before = byOid.get(oid);
            if (known.isPresent() && before != null && before.file() != now.file()) {
                ExistingRelations.Entry entry = known.get();
                renewed.put(oid, new Rewrite(entry.relation(), existing.tableOf(entry), entry.rows()));
            }
        });
        return renewed;
    }

    /** Returns what happened to indexes until a later snapshot. */
    List<IndexChange> indexChanges(RelationFiles later) {
        List<IndexChange> changes = new ArrayList<>();
        later.byOid.forEach((oid, now) -> {
            Entry before = byOid.get(oid);
            Kind kind = now.table() == null ? null : kind(before, now);
            if (kind != null) {
                changes.add(new IndexChange(now.relation(), now.table(), kind));
            }
        });
        byOid.forEach((oid, before) -> {
            if (before.table() != null && !later.byOid.containsKey(oid)) {
                changes.add(new IndexChange(before.relation(), before.table(), Kind.DROPPED));
            }
        });
        changes.sort((a, b) -> a.index().compareTo(b.index()));
        return changes;
    }

    private static @Nullable Kind kind(@Nullable Entry before, Entry now) {
        if (now.invalid()) {
            return before == null || !before.invalid() ? Kind.LEFT_INVALID : null;
        }
        if (before == null || before.invalid()) {
            return Kind.BUILT;
        }
        return before.file() == now.file() ? null : Kind.REBUILT;
    }

    /** Returns the constraints that are valid in a later snapshot and were not, or were not there. */
    List<String> validated(RelationFiles later) {
        return later.validConstraints.entrySet().stream()
                .filter(constraint -> !validConstraints.containsKey(constraint.getKey()))
                .map(Map.Entry::getValue)
                .sorted()
                .toList();
    }
}
