package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddedServerTest {
    private static final EmbeddedSettings SETTINGS = EmbeddedSettings.defaults();

    @Test
    void is_durable_and_reachable_from_this_machine_only() {
        try (EmbeddedServer server = EmbeddedServer.start(SETTINGS);
                Database database = server.fresh("empty", empty -> {})) {
            assertThat(server.settings())
                    .containsEntry("fsync", "on")
                    .containsEntry("synchronous_commit", "on")
                    .containsEntry("full_page_writes", "on")
                    .containsEntry("deadlock_timeout", "1ms")
                    .containsEntry("log_lock_waits", "on")
                    .containsEntry("max_connections", "100")
                    .containsOnlyKeys(
                            "fsync",
                            "synchronous_commit",
                            "full_page_writes",
                            "wal_level",
                            "deadlock_timeout",
                            "log_lock_waits",
                            "max_connections",
                            "shared_buffers");
            assertThat(server.version()).matches("\\d+\\.\\d+");
            assertThat(Sessions.value(database, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(Sessions.value(database, "SHOW unix_socket_directories")).isEmpty();
            assertThat(Sessions.value(database, "SHOW log_timezone")).isEqualTo("UTC");
            assertThat(Sessions.value(database, "SELECT upper('é')")).isEqualTo("É");
        }
    }

    @Test
    void gives_up_durability_on_request_and_takes_other_settings() {
        EmbeddedSettings settings = SETTINGS.withoutDurability().withServerSetting("shared_buffers", "16MB");

        try (EmbeddedServer server = EmbeddedServer.start(settings)) {
            assertThat(server.settings())
                    .containsEntry("fsync", "off")
                    .containsEntry("synchronous_commit", "off")
                    .containsEntry("full_page_writes", "off")
                    .containsEntry("shared_buffers", "16MB");
        }
    }

    @Test
    void leaves_nothing_behind() {
        EmbeddedServer server = EmbeddedServer.start(SETTINGS);
        Path directory = server.directory();
        long postmaster =
                Postmaster.process(directory.resolve("data")).orElseThrow().pid();
        long guardian = server.postmaster().home().guardian().pid();
        assertThat(Eventually.hasEnded(guardian)).isFalse();

        server.close();
        server.close();

        assertThat(directory).doesNotExist();
        assertThat(directory.resolveSibling(directory.getFileName() + ".lock")).doesNotExist();
        Eventually.ended(postmaster);
        Eventually.ended(guardian);
    }

    @Test
    void tries_another_port_when_one_is_taken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                ServerSocket found = new ServerSocket(0)) {
            int free = found.getLocalPort();
            found.close();
            Iterator<Integer> ports = List.of(taken.getLocalPort(), free).iterator();

            try (EmbeddedServer server = EmbeddedServer.start(SETTINGS, ports::next);
                    Database database = server.fresh("empty", empty -> {})) {
                assertThat(Sessions.value(database, "SHOW port")).isEqualTo(Integer.toString(free));
            }
        }
    }

    @Test
    void gives_up_when_every_port_is_taken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            assertThatThrownBy(() -> EmbeddedServer.start(SETTINGS, taken::getLocalPort))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("could not bind IPv4 address \"127.0.0.1\"")
                    .hasMessageContaining("do       : find out what takes the ports");
        }
    }

    @Test
    void says_why_it_did_not_start_and_leaves_nothing_behind() throws IOException {
        List<Path> others = ownServers();
        EmbeddedSettings settings = SETTINGS.withServerSetting("wal_level", "nonsense");

        assertThatThrownBy(() -> EmbeddedServer.start(settings, () -> 54321))
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith("""
                        The embedded PostgreSQL did not start
                           expected : ready on 127.0.0.1:54321 within 60 s
                           found    : pg_ctl ended with exit code 1; the server's last lines:
                        """)
                .hasMessageContaining("invalid value for parameter \"wal_level\": \"nonsense\"")
                .hasMessageEndingWith("   do       : check the server settings given: {wal_level=nonsense}");
        assertThat(ownServers()).containsExactlyInAnyOrderElementsOf(others);
    }

    @Test
    void is_of_the_version_asked_for() {
        int major;
        try (EmbeddedServer server = EmbeddedServer.start(SETTINGS)) {
            major = server.postmaster().binaries().major();
        }
        try (EmbeddedServer server = EmbeddedServer.start(SETTINGS.withMajorVersion(major))) {
            assertThat(server.version()).startsWith(major + ".");
        }
    }

    @Test
    void says_what_is_missing_for_the_version_asked_for() throws IOException {
        List<Path> others = ownServers();
        assertThatThrownBy(() -> EmbeddedServer.start(SETTINGS.withMajorVersion(99)))
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith("No PostgreSQL 99\n");
        assertThat(ownServers()).containsExactlyInAnyOrderElementsOf(others);
    }

    private static List<Path> ownServers() throws IOException {
        try (var servers = Files.list(Scratch.ofUser().servers())) {
            String own = ProcessHandle.current().pid() + "-";
            return servers.filter(path -> path.getFileName().toString().startsWith(own))
                    .toList();
        }
    }
}
