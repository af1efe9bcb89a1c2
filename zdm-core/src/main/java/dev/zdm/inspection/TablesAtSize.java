package dev.zdm.inspection;

import dev.zdm.observation.Footprint;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The tables whose size in production is known, as one database has them.
 *
 * @param byOid the tables that are still there
 */
record TablesAtSize(Map<Long, Table> byOid) {
    // A partitioned table is as large as all of its partitions, one with children as all of them.
    private static final String MEMBERS = """
            with recursive member as (
                select ?::oid as oid
                union
                select i.inhrelid from member join pg_inherits i on i.inhparent = member.oid)
            select n.nspname, c.relname, pg_relation_size(c.oid) / current_setting('block_size')::int, c.oid = ?::oid
            from member join pg_class c using (oid) join pg_namespace n on n.oid = c.relnamespace
            """;

    TablesAtSize {
        byOid = Map.copyOf(byOid);
    }

    /**
     * One table.
     *
     * @param relation its present name
     * @param members the table, its partitions and children
     * @param rows how many rows they have
     * @param pages how many pages their rows fill
     */
    record Table(Relation relation, Set<Relation> members, long rows, long pages) {
        /** Returns how many of its rows a statement read or wrote; a rewrite that read no row counts as well. */
        long work(Footprint footprint) {
            long counted = footprint.work().stream()
                    .filter(work -> members.contains(work.relation()))
                    .mapToLong(work -> work.tuplesScanned() + work.tuplesWritten())
                    .sum();
            long rewritten = footprint.rewrites().stream()
                    .filter(rewrite -> members.contains(rewrite.table()))
                    .mapToLong(Footprint.Rewrite::rows)
                    .sum();
            return Math.max(counted, rewritten);
        }

        boolean isLockedBy(Footprint footprint) {
            return footprint.locks().stream()
                    .anyMatch(lock -> !lock.created() && lock.mode().blocksWriters() && members.contains(lock.table()));
        }
    }

    boolean isWorkedOnBy(Footprint footprint) {
        return byOid.values().stream().anyMatch(table -> table.work(footprint) > 0);
    }

    static TablesAtSize read(ProductionTables tables, Connection connection) throws SQLException {
        Map<Long, Table> found = new LinkedHashMap<>();
        for (long oid : tables.oids()) {
            Set<Relation> members = new HashSet<>();
            Relation self = null;
            long pages = 0;
            try (PreparedStatement query = connection.prepareStatement(MEMBERS)) {
                query.setLong(1, oid);
                query.setLong(2, oid);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        Relation member = new Relation(rows.getString(1), rows.getString(2));
                        members.add(member);
                        pages += rows.getLong(3);
                        self = rows.getBoolean(4) ? member : self;
                    }
                }
            }
            if (self != null) {
                found.put(oid, new Table(self, Set.copyOf(members), ProductionTables.count(self, connection), pages));
            }
        }
        return new TablesAtSize(found);
    }
}
