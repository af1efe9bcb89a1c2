package dev.zdm.cases;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zdm.database.DockerNeeded;
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
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.MountableFile;

/**
 * A PgBouncer in transaction pooling mode before a foreign server, with fewer backends than a rehearsal has sessions.
 *
 * @param running what runs it
 * @param port its port on 127.0.0.1
 */
record PgBouncer(Running running, int port) implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");
    private static final String IN_CONTAINER = "/bouncer/";

    /** A process or a container. */
    private interface Running {
        boolean isAlive();

        String log() throws IOException;

        void end();
    }

    static void assumeInstalled() {
        assumeTrue(Files.isExecutable(PROGRAM), PROGRAM + " is not installed (Debian's package is pgbouncer)");
    }

    /**
     * Starts the one that is installed.
     *
     * @param databases which databases it passes on, {@code * =} for any
     */
    static PgBouncer start(ForeignServer server, String databases, Path directory) throws IOException {
        int port = freePort();
        write(server, databases, port, directory, directory.toString(), "");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> words = new ArrayList<>(
                List.of(PROGRAM.toString(), directory.resolve("pgbouncer.ini").toString()));
        if (System.getProperty("user.name").equals("root")) {
            words.addAll(List.of("-u", "nobody")); // It does not run as root.
        }
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new PgBouncer(new Installed(process, log), port).started();
    }

    /** Starts the one of the image for tests, which keeps the statements that its clients prepare; any database goes. */
    static PgBouncer startKeepingStatements(ForeignServer server, Path directory) throws IOException {
        int port = freePort();
        write(server, "* =", port, directory, IN_CONTAINER, "max_prepared_statements = 100");
        GenericContainer<?> container = new GenericContainer<>(DockerNeeded.image())
                .withNetworkMode("host")
                .withCopyFileToContainer(MountableFile.forHostPath(directory, 0644), IN_CONTAINER)
                .withCreateContainerCmdModifier(create -> create.withEntrypoint(PROGRAM.toString()))
                .withCommand(IN_CONTAINER + "pgbouncer.ini", "-u", "nobody");
        try {
            container.start();
        } catch (ContainerLaunchException e) {
            container.stop();
            assumeFalse(
                    Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
                            .anyMatch(
                                    cause -> String.valueOf(cause.getMessage()).contains("no such file")),
                    () -> "the image " + DockerNeeded.image() + " has no " + PROGRAM);
            throw e;
        }
        return new PgBouncer(new InContainer(container), port).started();
    }

    private static void write(
            ForeignServer server, String databases, int port, Path directory, String seenAs, String more)
            throws IOException {
        Files.writeString(directory.resolve("users.txt"), ForeignServer.proxyUser(), UTF_8);
        Files.writeString(
                directory.resolve("pgbouncer.ini"), """
                [databases]
                %s host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = trust
                auth_file = %s/users.txt
                pool_mode = transaction
                default_pool_size = 3
                ignore_startup_parameters = extra_float_digits
                %s
                """.formatted(databases, server.port(), port, seenAs, more), UTF_8);
    }

    private record Installed(Process process, Path file) implements Running {
        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public String log() throws IOException {
            return Files.readString(file);
        }

        @Override
        public void end() {
            process.destroyForcibly();
        }
    }

    private record InContainer(GenericContainer<?> container) implements Running {
        @Override
        public boolean isAlive() {
            return container.isRunning();
        }

        @Override
        public String log() {
            return container.getLogs();
        }

        @Override
        public void end() {
            container.stop();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private PgBouncer started() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (running.isAlive() && System.nanoTime() < deadline) {
            if (answers()) {
                return this;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        String log = running.log();
        running.end();
        throw new AssertionError("PgBouncer does not run; it said: " + log);
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
        running.end();
    }
}
