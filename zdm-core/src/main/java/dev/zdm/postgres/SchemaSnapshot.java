package dev.zdm.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What defines the schema of a database at one moment, as text by the server's own functions, so that an object that was
 * dropped and created again in the same way is the same.
 *
 * <p>Schemas, tables, partitions, columns, constraints, indexes, triggers, rules, policies, views, sequences, functions,
 * types, statistics objects, publications, extensions, event triggers, default privileges, grants and comments. Collations,
 * casts, operators, text search and foreign servers by their names only. Not: data and where sequences stand; what belongs
 * to an extension; roles and settings of databases, which a server has once for all; the tables of Flyway and Liquibase;
 * schemas named {@code zdm} or {@code zdm_…}.
 *
 * @param facts the facts by their keys, in order
 * @param columnOrder the columns of each relation as they stand
 */
public record SchemaSnapshot(SortedMap<String, Fact> facts, SortedMap<String, List<String>> columnOrder) {
    private static final List<SqlStatement> QUERIES = SchemaQueries.facts();

    /**
     * One thing that is so.
     *
     * @param kind what it is about, such as {@code column}
     * @param name the object's name, with its schema where that is not {@code public}
     * @param of the name of what it belongs to, and goes with; null: of nothing
     * @param definition its definition in the server's words; may be empty
     */
    public record Fact(String kind, String name, @Nullable String of, String definition) {
        /** Returns kind and name. */
        public String subject() {
            return kind + " " + name;
        }
    }

    /** Takes copies. */
    public SchemaSnapshot {
        facts = new TreeMap<>(facts);
        columnOrder = new TreeMap<>(columnOrder);
    }

    /**
     * Reads a database's schema. Leaves the session's settings and its transaction as they are.
     *
     * @param connection a session of a superuser in which no transaction has failed
     */
    public static SchemaSnapshot read(Connection connection) throws SQLException {
        String path = searchPath(connection, "");
        try {
            SortedMap<String, Fact> facts = new TreeMap<>();
            try (Statement statement = connection.createStatement()) {
                for (SqlStatement query : QUERIES) {
                    readInto(facts, statement, query.text());
                }
                return new SchemaSnapshot(facts, columnOrder(statement));
            }
        } finally {
            searchPath(connection, path);
        }
    }

    private static void readInto(Map<String, Fact> facts, Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                String definition = row.getString(4);
                Fact fact = new Fact(
                        row.getString(1), row.getString(2), row.getString(3), definition == null ? "" : definition);
                facts.put(fact.subject(), fact);
            }
        }
    }

    private static SortedMap<String, List<String>> columnOrder(Statement statement) throws SQLException {
        SortedMap<String, List<String>> order = new TreeMap<>();
        try (ResultSet row = statement.executeQuery(SchemaQueries.COLUMN_ORDER)) {
            while (row.next()) {
                order.computeIfAbsent(row.getString(1), relation -> new ArrayList<>())
                        .add(row.getString(2));
            }
        }
        return order;
    }

    /** Sets the search_path of the session and returns what it was. */
    private static String searchPath(Connection connection, String path) throws SQLException {
        try (PreparedStatement set = connection.prepareStatement(
                "select was, set_config('search_path', ?, false) from (select current_setting('search_path') as was offset 0) x")) {
            set.setString(1, path);
            try (ResultSet row = set.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    /** Returns how a later snapshot differs from this one. */
    public SchemaDifference until(SchemaSnapshot later) {
        return SchemaDifference.between(this, later);
    }
}
