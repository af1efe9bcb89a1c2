package dev.zdm.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.zdm.plan.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import javax.sql.DataSource;

/**
 * A release as it would be deployed: {@code GET} and {@code PUT /items/<id>} read and write the name of an item, whose column
 * is the first argument.
 */
public final class ItemService {
    private final DataSource database;
    private final String column;

    private ItemService(DataSource database, String column) {
        this.database = database;
        this.column = column;
    }

    /** Returns how to start it with the class path of this test. */
    public static Service on(String column) {
        return Service.process(
                        "{java.home}/bin/java",
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        "{java.classpath}",
                        ItemService.class.getName(),
                        column)
                .withEnvironment("DATABASE", "{db.url}")
                .withEnvironment("PORT", "{http.port}");
    }

    public static void main(String[] args) throws IOException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(System.getenv("DATABASE"));
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(0);
        ItemService service = new ItemService(new HikariDataSource(config), args[0]);
        int port = Integer.parseInt(System.getenv("PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/health", exchange -> answer(exchange, 200, ""));
        server.createContext(
                "/pid",
                exchange -> answer(
                        exchange, 200, Long.toString(ProcessHandle.current().pid())));
        server.createContext("/items/", service::serve);
        server.start();
        System.out.println("serving " + args[0]);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try {
            long id = Long.parseLong(exchange.getRequestURI().getPath().substring("/items/".length()));
            if (exchange.getRequestMethod().equals("PUT")) {
                write(id, new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                answer(exchange, 204, "");
            } else {
                answer(exchange, 200, read(id));
            }
        } catch (SQLException e) {
            System.out.println("could not serve " + exchange.getRequestURI());
            answer(exchange, 500, "sorry");
        }
    }

    private String read(long id) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select " + column + " from item where id = ?")) {
            statement.setLong(1, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : "";
            }
        }
    }

    private void write(long id, String name) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("update item set " + column + " = ? where id = ?")) {
            statement.setString(1, name);
            statement.setLong(2, id);
            statement.executeUpdate();
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
