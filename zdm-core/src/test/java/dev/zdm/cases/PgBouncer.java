package dev.zdm.cases;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zdm.database.ForeignServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A PgBouncer in transaction pooling mode before a foreign server, with fewer backends than a rehearsal has sessions.
 *
 * @param process its process
 * @param port its port on 127.0.0.1
 */
record PgBouncer(Process process, int port) implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");

    static void assumeInstalled() {
        assumeTrue(Files.isExecutable(PROGRAM), PROGRAM + " is not installed (Debian's package is pgbouncer)");
    }

    /**
     * Starts it.
     *
     * @param databases which databases it passes on, {@code * =} for any
     */
    static PgBouncer start(ForeignServer server, String databases, Path directory) throws IOException {
        int port = freePort();
        Path users = Files.writeString(directory.resolve("users.txt"), ForeignServer.proxyUser(), UTF_8);
        Path configuration = Files.writeString(
                directory.resolve("pgbouncer.ini"), """
                [databases]
                %s host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = trust
                auth_file = %s
                pool_mode = transaction
                default_pool_size = 3
                ignore_startup_parameters = extra_float_digits
                """.formatted(databases, server.port(), port, users), UTF_8);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> words = new ArrayList<>(List.of(PROGRAM.toString(), configuration.toString()));
        if (System.getProperty("user.name").equals("root")) {
            words.addAll(List.of("-u", "nobody")); // It does not run as root.
        }
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        PgBouncer bouncer = new PgBouncer(process, port);
        bouncer.awaitStart(directory.resolve("log"));
        return bouncer;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitStart(Path log) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (process.isAlive() && System.nanoTime() < deadline) {
            if (answers()) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        process.destroyForcibly();
        assertThat(Files.readString(log)).as("what it said").isEqualTo("PgBouncer runs");
    }

    /** Any answer of its own will do. */
    private boolean answers() {
        try {
            DriverManager.getConnection(url("postgres", "user=nobody")).close();
            return true;
        } catch (SQLException e) {
            return !"08001".equals(e.getSQLState());
        }
    }

    /** Returns its URL with some options. */
    String url(String database, String options) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?" + options;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
