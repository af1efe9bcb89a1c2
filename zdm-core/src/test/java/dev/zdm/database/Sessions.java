package dev.zdm.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Sessions on a database under test. */
final class Sessions {
    private Sessions() {}

    static Connection open(Database database) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.credentials());
    }

    static void execute(Database database, String... statements) {
        try (Connection connection = open(database)) {
            execute(connection, statements);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static String value(Database database, String query) {
        try (Connection connection = open(database)) {
            return value(connection, query);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
