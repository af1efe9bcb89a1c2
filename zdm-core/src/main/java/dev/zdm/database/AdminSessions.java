package dev.zdm.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Opens zdm's own sessions on a server, one for each call: they are too rare for a pool, and a session that stays would
 * be in the way of clones.
 *
 * @param host the server's name or address, as in a JDBC URL
 * @param login who works there
 * @param home the database for sessions that need no particular one
 * @param options what follows the database in a JDBC URL, such as {@code ?sslmode=require}
 */
record AdminSessions(String host, int port, Login login, String home, String options) {
    static final String USER = "postgres";
    static final String DATABASE = "postgres";
    static final String APPLICATION = "zdm-admin";

    /**
     * A user of the server.
     *
     * @param password null where the server asks for none
     */
    record Login(String user, @Nullable String password) {
        @Override
        public String toString() {
            return user;
        }
    }

    /** Takes the database that every server has, and no options. */
    AdminSessions(String host, int port, Login login) {
        this(host, port, login, DATABASE, "");
    }

    /** Returns the sessions on a server that listens on 127.0.0.1 and asks for no password. */
    static AdminSessions onThisMachine(int port) {
        return new AdminSessions("127.0.0.1", port, new Login(USER, null));
    }

    String url(String database) {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database + options;
    }

    /** Returns new properties with the user, and the password where there is one. */
    Properties credentials() {
        Properties credentials = new Properties();
        credentials.setProperty("user", login.user());
        if (login.password() != null) {
            credentials.setProperty("password", login.password());
        }
        return credentials;
    }

    /** Executes statements one by one, each in a transaction of its own. */
    void execute(String... statements) throws SQLException {
        executeIn(home, statements);
    }

    void executeIn(String database, String... statements) throws SQLException {
        try (Connection connection = open(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Returns the first column of a query's result mapped to the second, in the query's order. */
    Map<String, String> pairs(String query) throws SQLException {
        try (Connection connection = open(home);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            Map<String, String> pairs = new LinkedHashMap<>();
            while (rows.next()) {
                pairs.put(rows.getString(1), rows.getString(2));
            }
            return pairs;
        }
    }

    /** Returns the only value of a query's result, or of an expression. */
    String value(String query) throws SQLException {
        try (Connection connection = open(home)) {
            return value(connection, query);
        }
    }

    /** Returns the only value of a query's result, or of an expression; empty: there is none. */
    static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT (" + query + ")::text")) {
            String value = row.next() ? row.getString(1) : null;
            return value == null ? "" : value;
        }
    }

    /** Opens a session that is to live as long as the run, also where idle ones are ended. */
    Connection openToStay() throws SQLException {
        Connection connection = open(home);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set idle_session_timeout = 0");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Opens a session that the caller closes. */
    Connection open() throws SQLException {
        return open(home);
    }

    /** Not through the driver manager, which knows only drivers of the caller's class loader. */
    Connection open(String database) throws SQLException {
        Properties properties = credentials();
        properties.setProperty("ApplicationName", APPLICATION);
        properties.setProperty("tcpKeepAlive", "true");
        Connection connection = new Driver().connect(url(database), properties);
        if (connection == null) {
            throw new SQLException("the driver does not take " + url(database));
        }
        return connection;
    }
}
