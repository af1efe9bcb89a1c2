package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.images.builder.ImageFromDockerfile;

class ContainerStandbyTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String SLOTS = "SELECT count(*) FROM pg_replication_slots";

    private static ContainerServer server;

    @BeforeAll
    static void start() {
        server = ContainerServer.start(DockerNeeded.image(), EmbeddedSettings.defaults());
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void follows_its_server_and_leaves_nothing_behind() throws SQLException {
        ContainerStandby standby = server.standby(Map.of("max_standby_streaming_delay", "1500ms"));
        try (Database database = server.fresh("followed", empty -> Sessions.execute(empty, "create table a (n int)"))) {
            Sessions.execute(database, "insert into a values (1)");
            assertThat(standby.awaitReplay(LIMIT)).isTrue();

            try (Connection session = DriverManager.getConnection(standby.jdbcUrl(database), standby.credentials())) {
                assertThat(Sessions.value(session, "select n from a")).isEqualTo("1");
                assertThatThrownBy(() -> Sessions.execute(session, "insert into a values (2)"))
                        .hasMessageContaining("read-only transaction");
            }
        }
        assertThat(standby.settings())
                .containsEntry("fsync", "on")
                .containsEntry("hot_standby_feedback", "off")
                .containsEntry("max_standby_streaming_delay", "1500ms");
        assertThat(DockerState.of(standby.container().name())).isPresent();

        standby.close();
        standby.close();

        assertThat(DockerState.of(standby.container().name())).isEmpty();
        assertThat(DockerState.homeOf(standby.container().name())).doesNotExist();
        assertThat(server.sessions().value(SLOTS)).isEqualTo("0");
    }

    @Test
    void goes_with_its_server() {
        ContainerServer other = server.startTwin();
        ContainerStandby standby = other.standby(Map.of());

        other.close();

        assertThat(DockerState.of(standby.container().name())).isEmpty();
        assertThat(DockerState.homeOf(standby.container().name())).doesNotExist();
    }

    @Test
    void says_why_it_did_not_start_and_leaves_nothing_behind() throws SQLException {
        assertThatThrownBy(() -> server.standby(Map.of("max_standby_streaming_delay", "soon")))
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith("The replica of the PostgreSQL in a container of ")
                .hasMessageContaining("invalid value for parameter \"max_standby_streaming_delay\": \"soon\"")
                .hasMessageEndingWith(
                        "   do       : check the server settings given: {max_standby_streaming_delay=soon}");
        assertThat(server.sessions().value(SLOTS)).isEqualTo("0");
    }

    @Test
    void says_that_the_image_cannot_copy_a_server() throws Exception {
        String bare = new ImageFromDockerfile()
                .withDockerfileFromBuilder(file -> file.from(DockerNeeded.image())
                        .run("find / -xdev -name pg_basebackup -exec rm {} +")
                        .build())
                .get();
        try (ContainerServer without = ContainerServer.start(bare, EmbeddedSettings.defaults())) {
            assertThatThrownBy(() -> without.standby(Map.of()))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageStartingWith(
                            "The replica of the PostgreSQL in a container of " + bare + " did not start")
                    .hasMessageContaining("the image has no pg_basebackup in /");
        } finally {
            DockerState.removeImage(bare);
        }
    }
}
