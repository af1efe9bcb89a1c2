package dev.zdm.crash;

import dev.zdm.observation.CrashHistory.Harm;
import dev.zdm.observation.CrashHistory.Harm.Kind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What migration tools note in their own tables, and what stops their next run. */
final class ToolLocks {
    private static final String TABLES =
            "select format('%I.%I', n.nspname, c.relname), lower(c.relname) from pg_class c"
                    + " join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r'"
                    + " and lower(c.relname) in ('flyway_schema_history', 'databasechangeloglock')";

    private ToolLocks() {}

    /**
     * Returns what a crash has left, and releases Liquibase's lock: the next run would wait minutes for it, and then fail.
     */
    static List<Harm> takeFrom(Connection connection) throws SQLException {
        List<Harm> harms = new ArrayList<>();
        for (String[] table : rows(connection, TABLES)) {
            if (table[1].equals("databasechangeloglock")) {
                if (Quiet.number(connection, "select count(*) from " + table[0] + " where locked") > 0) {
                    Quiet.execute(
                            connection,
                            "update " + table[0] + " set locked = false, lockgranted = null, lockedby = null");
                    harms.add(harm("Liquibase's lock is left in databasechangeloglock: every later run waits for it"
                            + " and fails"));
                }
            } else {
                for (String[] failed : rows(
                        connection,
                        "select coalesce(version, description), '' from " + table[0] + " where not success")) {
                    harms.add(harm("Flyway has migration " + failed[0]
                            + " down as failed in flyway_schema_history: it migrates no more until it is repaired"));
                }
            }
        }
        return harms;
    }

    private static Harm harm(String what) {
        return new Harm(Kind.TOOL_LOCK, what, null, null);
    }

    private static List<String[]> rows(Connection connection, String query) throws SQLException {
        List<String[]> all = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                all.add(new String[] {row.getString(1), row.getString(2)});
            }
        }
        return all;
    }
}
