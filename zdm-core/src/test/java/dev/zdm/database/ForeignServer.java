package dev.zdm.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A server that stands for somebody else's: with PostgreSQL's own settings of what is logged, with roles that are no
 * superusers and need their passwords.
 */
public final class ForeignServer implements AutoCloseable {
    /** May create databases. */
    static final Map<String, String> REHEARSER = login("rehearser");

    /** May not. */
    static final Map<String, String> READER = login("reader");

    private final EmbeddedServer server;
    private final AdminSessions superuser;

    private ForeignServer(EmbeddedServer server) {
        this.server = server;
        this.superuser = AdminSessions.onThisMachine(server.postmaster().port());
    }

    public static ForeignServer start() {
        EmbeddedSettings settings = EmbeddedSettings.defaults()
                .withServerSetting("deadlock_timeout", "1s")
                .withServerSetting("log_lock_waits", "off");
        ForeignServer foreign = new ForeignServer(EmbeddedServer.start(settings));
        try {
            foreign.execute(
                    "CREATE ROLE rehearser LOGIN CREATEDB PASSWORD 'rehearser''s own'",
                    "CREATE ROLE reader LOGIN PASSWORD 'reader''s own'");
            foreign.demandPasswords();
            return foreign;
        } catch (IOException | RuntimeException e) {
            foreign.close();
            throw new AssertionError(e);
        }
    }

    /** Returns a line of a proxy's list of users for the role that may create databases. */
    public static String proxyUser() {
        return "\"" + REHEARSER.get(ExternalServer.USER) + "\" \"" + REHEARSER.get(ExternalServer.PASSWORD) + "\"\n";
    }

    private static Map<String, String> login(String role) {
        return Map.of(ExternalServer.USER, role, ExternalServer.PASSWORD, role + "'s own");
    }

    private void demandPasswords() throws IOException {
        Path rules = server.postmaster().home().data().resolve("pg_hba.conf");
        String others = Files.readString(rules, UTF_8);
        Files.writeString(rules, "host all rehearser,reader 127.0.0.1/32 scram-sha-256\n" + others, UTF_8);
        execute("SELECT pg_reload_conf()");
    }

    /** Opens the server as zdm does for a role that may create databases. */
    public PostgresServer open() {
        return open("postgres", REHEARSER);
    }

    /** Opens the server with the given proxy before it, whose URL may have options. */
    public PostgresServer openBehind(String pooler) {
        return ExternalServer.open(new ServerChoice.External(url("postgres"), Set.of(), pooler), of(REHEARSER));
    }

    /** Creates an empty database for the role that may not create any. */
    public void give(String database) {
        execute("CREATE DATABASE " + database + " OWNER reader");
    }

    /** Opens the server as zdm does for a role that may not create databases, in one that was given to it. */
    public PostgresServer openInPlace(String database) {
        return openInPlace(database, READER);
    }

    PostgresServer openInPlace(String database, Map<String, String> environment) {
        return ExternalServer.open(new ServerChoice.External(url(database), Set.of(), null, true), of(environment));
    }

    PostgresServer open(String database, Map<String, String> environment, String... allowed) {
        return ExternalServer.open(new ServerChoice.External(url(database), Set.of(allowed)), of(environment));
    }

    static Function<String, @Nullable String> of(Map<String, String> environment) {
        return environment::get;
    }

    String url(String database) {
        return superuser.url(database);
    }

    /** Returns the port on 127.0.0.1. */
    public int port() {
        return superuser.port();
    }

    EmbeddedServer server() {
        return server;
    }

    /** Opens a session of a superuser on the database that every server has. */
    Connection session() throws SQLException {
        return superuser.open();
    }

    void execute(String... statements) {
        executeIn("postgres", statements);
    }

    void executeIn(String database, String... statements) {
        try {
            superuser.executeIn(database, statements);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the value of a query or an expression, as a superuser. */
    public String value(String query) {
        try {
            return superuser.value(query);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the value of a query or an expression in a database, as a superuser. */
    public String valueIn(String database, String query) {
        try (Connection connection = superuser.open(database)) {
            return AdminSessions.value(connection, query);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the names of all databases. */
    public Set<String> databases() {
        try {
            return new TreeSet<>(
                    superuser.pairs("SELECT datname, '' FROM pg_database").keySet());
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
