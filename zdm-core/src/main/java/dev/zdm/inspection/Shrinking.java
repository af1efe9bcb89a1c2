package dev.zdm.inspection;

import dev.zdm.inspection.TablesAtSize.Table;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Makes tables smaller: deletes a part of their rows, spread evenly, and along foreign keys the rows that this orphans,
 * and leaves no gaps behind. No trigger fires meanwhile: a superuser silences them, another role can do so only where there
 * are none, those of foreign keys among them.
 */
final class Shrinking {
    private static final String PLACE = "hashtextextended(ctid::text, 0)";
    private static final String TRIGGERS = "exists (select from pg_trigger)";

    private static final String FOREIGN_KEYS = """
            select child.nspname, c.relname, parent.nspname, p.relname,
                   (select string_agg(format('f.%I is not null', a.attname), ' and ')
                    from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any (k.conkey)),
                   (select string_agg(format('t.%I = f.%I', t.attname, f.attname), ' and ')
                    from unnest(k.confkey, k.conkey) as pair (there, here)
                    join pg_attribute t on t.attrelid = k.confrelid and t.attnum = pair.there
                    join pg_attribute f on f.attrelid = k.conrelid and f.attnum = pair.here)
            from pg_constraint k
            join pg_class c on c.oid = k.conrelid join pg_namespace child on child.oid = c.relnamespace
            join pg_class p on p.oid = k.confrelid join pg_namespace parent on parent.oid = p.relnamespace
            where k.contype = 'f' and k.conparentid = 0
            """;

    private final Statement statement;
    private final List<ForeignKey> foreignKeys;
    private final Set<Relation> changed = new HashSet<>();
    private boolean silent;

    /** For the rest of the transaction; a role that may not do so goes on with its triggers. */
    static final String SILENCE_TRIGGERS_IF_ALLOWED = "select set_config('session_replication_role', 'replica', true)"
            + " from pg_roles where rolname = current_user and rolsuper";

    private Shrinking(Statement statement, List<ForeignKey> foreignKeys) {
        this.statement = statement;
        this.foreignKeys = foreignKeys;
    }

    /** A foreign key; the conditions are over its table {@code f} and the table {@code t} that it refers to. */
    private record ForeignKey(Relation from, Relation to, String isSet, String isEqual) {
        String deleteOrphans() {
            return "delete from " + ProductionTables.sql(from) + " f where " + isSet + " and not exists (select 1 from "
                    + ProductionTables.sql(to) + " t where " + isEqual + ")";
        }
    }

    /**
     * Makes tables smaller.
     *
     * @param tables the tables as they are now
     * @param keep the part of their rows that stays, above 0 and below 1
     * @throws SQLException if that is not allowed: there are triggers, and the role is no superuser
     */
    static void shrink(Collection<Table> tables, double keep, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Shrinking shrinking = new Shrinking(statement, foreignKeys(statement));
            shrinking.silenceTriggers();
            for (Table table : shrinking.parentsFirst(tables)) {
                shrinking.shrink(table, Math.max(1, Math.round(keep * table.rows())));
            }
            shrinking.endSilence();
            shrinking.closeGaps();
        }
    }

    /** Returns whether tables can be made smaller without a trigger that fires: the role may silence them, or has none to. */
    static boolean isAllowed(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return isTrue("rolsuper from pg_roles where rolname = current_user", statement)
                    || !isTrue(TRIGGERS, statement);
        }
    }

    private static boolean isTrue(String selected, Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select " + selected)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private void silenceTriggers() throws SQLException {
        silent = isTrue(TRIGGERS, statement);
        if (silent) {
            statement.execute("set session_replication_role = replica");
        }
    }

    private void endSilence() throws SQLException {
        if (silent) {
            statement.execute("reset session_replication_role");
        }
    }

    /**
     * Leaves the first part of tables as it is, without gaps between its keys, and deletes the rest, with the rows that this
     * orphans. No trigger fires meanwhile.
     *
     * @param tables tables that have rows of their own, with the tables that they are a part of
     * @param keep the part of their pages that stays, above 0 and below 1
     */
    static void keepFirst(Map<Relation, Relation> tables, double keep, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Shrinking shrinking = new Shrinking(statement, foreignKeys(statement));
            shrinking.silenceTriggers();
            for (Map.Entry<Relation, Relation> table : tables.entrySet()) {
                shrinking.keepFirst(table.getKey(), keep);
                shrinking.changed.add(table.getValue());
            }
            shrinking.deleteOrphans();
            shrinking.endSilence();
            shrinking.closeGaps();
        }
    }

    private void keepFirst(Relation table, double keep) throws SQLException {
        String name = ProductionTables.sql(table);
        long pages = number("select pg_relation_size('" + name.replace("'", "''")
                + "'::regclass) / current_setting('block_size')::int");
        statement.executeUpdate(String.format(
                Locale.ROOT, "delete from only %s where ctid >= '(%d,0)'::tid", name, (long) Math.ceil(keep * pages)));
        changed.add(table);
    }

    /** Closes the gaps that updates and deletes have left in tables. */
    static void compact(Collection<Table> tables, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Shrinking shrinking = new Shrinking(statement, List.of());
            tables.forEach(table -> shrinking.changed.addAll(table.members()));
            shrinking.closeGaps();
        }
    }

    private static List<ForeignKey> foreignKeys(Statement statement) throws SQLException {
        List<ForeignKey> keys = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(FOREIGN_KEYS)) {
            while (rows.next()) {
                keys.add(new ForeignKey(
                        new Relation(rows.getString(1), rows.getString(2)),
                        new Relation(rows.getString(3), rows.getString(4)),
                        rows.getString(5),
                        rows.getString(6)));
            }
        }
        return keys;
    }

    /** Orders tables so that the rows that a parent's deletes orphan are gone when it is the child's turn. */
    private List<Table> parentsFirst(Collection<Table> tables) {
        List<Table> ordered = new ArrayList<>();
        List<Table> left = new ArrayList<>(tables);
        while (!left.isEmpty()) {
            Table next = left.stream()
                    .filter(table -> left.stream().noneMatch(other -> !other.equals(table) && refers(table, other)))
                    .findFirst()
                    .orElse(left.get(0));
            ordered.add(next);
            left.remove(next);
        }
        return ordered;
    }

    private boolean refers(Table table, Table to) {
        return foreignKeys.stream()
                .anyMatch(key ->
                        table.members().contains(key.from()) && to.members().contains(key.to()));
    }

    private void shrink(Table table, long target) throws SQLException {
        String name = ProductionTables.sql(table.relation());
        long rows = count(name);
        if (rows <= target) {
            return;
        }
        // The place of a row is no less random than its key, every table has it, and it is the same on every run.
        int deleted = statement.executeUpdate("delete from " + name + " where " + PLACE + " > (select " + PLACE
                + " from " + name + " order by 1 offset " + (target - 1) + " limit 1)");
        if (deleted > 0) {
            changed.addAll(table.members());
            deleteOrphans();
        }
    }

    private long count(String table) throws SQLException {
        return number("select count(*) from " + table);
    }

    private long number(String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void deleteOrphans() throws SQLException {
        boolean again = true;
        while (again) {
            again = false;
            for (ForeignKey key : foreignKeys) {
                if (changed.contains(key.to()) && statement.executeUpdate(key.deleteOrphans()) > 0) {
                    changed.add(key.from());
                    again = true;
                }
            }
        }
    }

    private void closeGaps() throws SQLException {
        for (Relation table : changed) {
            statement.execute("vacuum (full) " + ProductionTables.sql(table));
            statement.execute("vacuum (analyze) " + ProductionTables.sql(table));
        }
    }
}
