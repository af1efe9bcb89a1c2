package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddedStandbyTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final EmbeddedSettings SETTINGS = EmbeddedSettings.defaults();

    @Test
    void follows_its_server_and_cannot_be_written() throws SQLException {
        try (EmbeddedServer server = EmbeddedServer.start(SETTINGS);
                Database before = server.fresh("before", empty -> Sessions.execute(empty, "create table a (n int)"));
                Standby standby = server.standby(Map.of("max_standby_streaming_delay", "1500ms"))) {
            Sessions.execute(before, "insert into a values (1)");
            try (Database later = server.fresh("later", empty -> Sessions.execute(empty, "create table b (n int)"))) {
                Sessions.execute(later, "insert into b values (2)");
                assertThat(standby.awaitReplay(LIMIT)).isTrue();

                try (Connection one = open(standby, before);
                        Connection other = open(standby, later)) {
                    assertThat(Sessions.value(one, "select n from a")).isEqualTo("1");
                    assertThat(Sessions.value(other, "select n from b")).isEqualTo("2");
                    assertThatThrownBy(() -> Sessions.execute(one, "insert into a values (3)"))
                            .hasMessageContaining("read-only transaction");
                }
            }
            assertThat(standby.settings())
                    .containsEntry("fsync", "on")
                    .containsEntry("hot_standby_feedback", "off")
                    .containsEntry("max_standby_streaming_delay", "1500ms")
                    .containsEntry("recovery_min_apply_delay", "0ms");
        }
    }

    @Test
    void says_when_it_has_not_replayed_what_was_committed() throws SQLException {
        try (EmbeddedServer server = EmbeddedServer.start(SETTINGS);
                Database database = server.fresh("empty", empty -> Sessions.execute(empty, "create table a (n int)"));
                Standby standby = server.standby(Map.of());
                Connection session = DriverManager.getConnection(standby.jdbcUrl(), standby.credentials())) {
            assertThat(standby.awaitReplay(LIMIT)).isTrue();
            Sessions.execute(session, "select pg_wal_replay_pause()");
            Eventually.holds("the replay has stopped", () -> isPaused(session));
            Sessions.execute(database, "insert into a values (1)");

            assertThat(standby.awaitReplay(Duration.ofMillis(50))).isFalse();

            Sessions.execute(session, "select pg_wal_replay_resume()");
            assertThat(standby.awaitReplay(LIMIT)).isTrue();
        }
    }

    @Test
    void leaves_nothing_behind() throws SQLException {
        try (EmbeddedServer server = EmbeddedServer.start(SETTINGS)) {
            EmbeddedStandby standby = server.standby(Map.of());
            Left left = Left.of(standby);
            assertThat(Eventually.hasEnded(left.guardian)).isFalse();

            standby.close();
            standby.close();

            left.nothing();
            assertThat(AdminSessions.onThisMachine(server.postmaster().port())
                            .value("SELECT count(*) FROM pg_replication_slots"))
                    .isEqualTo("0");
            server.standby(Map.of()).close();
        }
    }

    @Test
    void goes_with_its_server() {
        EmbeddedServer server = EmbeddedServer.start(SETTINGS);
        Left left = Left.of(server.standby(Map.of()));

        server.close();

        left.nothing();
        assertThatThrownBy(() -> server.standby(Map.of())).hasMessageContaining("is closed");
    }

    @Test
    void says_that_a_server_without_its_log_for_others_cannot_have_one() {
        EmbeddedSettings settings =
                SETTINGS.withServerSetting("wal_level", "minimal").withServerSetting("max_wal_senders", "0");
        try (EmbeddedServer server = EmbeddedServer.start(settings)) {
            assertThatThrownBy(() -> server.standby(Map.of()))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessage("""
                            The embedded PostgreSQL cannot have a replica
                               expected : a primary with wal_level=replica, a free WAL sender, a free replication slot, and no tablespace outside of its directory
                               found    : wal_level=minimal, max_wal_senders=0
                               do       : give the server other settings, or rehearse without a replica""");
        }
    }

    @Test
    void says_why_it_did_not_start_and_leaves_nothing_behind() throws SQLException, IOException {
        try (EmbeddedServer server = EmbeddedServer.start(SETTINGS)) {
            List<Path> others = ownServers();

            assertThatThrownBy(() -> server.standby(Map.of("max_standby_streaming_delay", "soon"), () -> 54321))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageStartingWith("""
                            The replica of the embedded PostgreSQL did not start
                               expected : ready on 127.0.0.1:54321 within 60 s
                               found    : pg_ctl ended with exit code 1; the server's last lines:
                            """)
                    .hasMessageContaining("invalid value for parameter \"max_standby_streaming_delay\": \"soon\"")
                    .hasMessageEndingWith(
                            "   do       : check the server settings given: {max_standby_streaming_delay=soon}");
            assertThat(ownServers()).containsExactlyInAnyOrderElementsOf(others);
            assertThat(AdminSessions.onThisMachine(server.postmaster().port())
                            .value("SELECT count(*) FROM pg_replication_slots"))
                    .isEqualTo("0");
        }
    }

    private static boolean isPaused(Connection session) {
        try {
            return Sessions.value(session, "select pg_get_wal_replay_pause_state()")
                    .equals("paused");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** What must be gone when a standby is. */
    private record Left(long postmaster, long guardian, Path directory) {
        static Left of(EmbeddedStandby standby) {
            ServerHome home = standby.postmaster().home();
            return new Left(
                    Postmaster.process(home.data()).orElseThrow().pid(),
                    home.guardian().pid(),
                    home.path());
        }

        void nothing() {
            assertThat(directory).doesNotExist();
            assertThat(directory.resolveSibling(directory.getFileName() + ".lock"))
                    .doesNotExist();
            Eventually.ended(postmaster);
            Eventually.ended(guardian);
        }
    }

    private static Connection open(Standby standby, Database database) throws SQLException {
        return DriverManager.getConnection(standby.jdbcUrl(database), standby.credentials());
    }

    private static List<Path> ownServers() throws IOException {
        try (var servers = Files.list(Scratch.ofUser().servers())) {
            String own = ProcessHandle.current().pid() + "-";
            return servers.filter(path -> path.getFileName().toString().startsWith(own))
                    .toList();
        }
    }
}
