package dev.zdm.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariDataSource;
import java.net.URLEncoder;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a database is, for a service that connects to it by itself.
 *
 * @param password empty where none is needed
 */
record DatabaseAddress(String host, int port, String name, String user, String password) {
    private static final int DEFAULT_PORT = 5432;

    /**
     * Returns the address of the database that a source of connections leads to.
     *
     * @throws IllegalArgumentException if it is no source that zdm makes
     */
    static DatabaseAddress of(DataSource source) {
        try {
            if (source.isWrapperFor(HikariDataSource.class)) {
                return of(source.unwrap(HikariDataSource.class));
            }
            if (source.isWrapperFor(PGSimpleDataSource.class)) {
                return of(source.unwrap(PGSimpleDataSource.class));
            }
        } catch (SQLException e) {
            throw new IllegalArgumentException("the address of " + source + " cannot be told", e);
        }
        throw new IllegalArgumentException("the address of " + source + " is not known");
    }

    private static DatabaseAddress of(HikariDataSource pool) {
        if (pool.getDataSource() != null) {
            return of(pool.getDataSource());
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(pool.getJdbcUrl());
        Properties properties = pool.getDataSourceProperties();
        source.setUser(properties.getProperty("user"));
        source.setPassword(properties.getProperty("password"));
        return of(source);
    }

    private static DatabaseAddress of(PGSimpleDataSource source) {
        int port = source.getPortNumbers()[0];
        return new DatabaseAddress(
                source.getServerNames()[0],
                port == 0 ? DEFAULT_PORT : port,
                String.valueOf(source.getDatabaseName()),
                String.valueOf(source.getUser()),
                source.getPassword() == null ? "" : source.getPassword());
    }

    /** Returns what the names in braces stand for, but for the port of the service. */
    Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("db.url", jdbcUrl());
        names.put("db.host", host);
        names.put("db.port", Integer.toString(port));
        names.put("db.name", name);
        names.put("db.user", user);
        names.put("db.password", password);
        return names;
    }

    private String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + name + "?user=" + encoded(user)
                + (password.isEmpty() ? "" : "&password=" + encoded(password));
    }

    /** A plus would reach the driver as it is. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    /** Without the password, for logs and messages. */
    @Override
    public String toString() {
        return host + ":" + port + "/" + name;
    }
}
