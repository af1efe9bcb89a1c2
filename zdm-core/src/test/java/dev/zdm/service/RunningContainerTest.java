package dev.zdm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.database.Database;
import dev.zdm.database.DatabaseException;
import dev.zdm.plan.Service;
import dev.zdm.rehearsal.TestServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A service in a container is started, learns where its database is, is heard, and goes. */
class RunningContainerTest {
    private static ItemImage image;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Heard heard = new Heard();

    @BeforeAll
    static void build() {
        image = ItemImage.build();
    }

    @AfterAll
    static void remove() {
        if (image != null) {
            image.close();
        }
    }

    @Test
    void works_on_its_database_and_is_heard_until_it_is_closed() throws Exception {
        try (Database database = TestServer.get().fresh("items of services", RunningServiceTest::fill);
                RunningService service = RunningService.start(
                        image.service("name"), RunningServiceTest.source(database.jdbcUrl()), heard)) {
            assertThat(send(service, "PUT", "/items/1", "Ada").statusCode()).isEqualTo(200);
            assertThat(send(service, "GET", "/items/1", "").body()).isEqualTo("Ada");
            assertThat(service.lastLines(5)).containsExactly("serving " + database.name());
            assertThat(service.ended()).isEmpty();
            assertThat(heard.pids()).hasSizeGreaterThanOrEqualTo(2);

            assertThat(send(service, "GET", "/items/nickname", "").statusCode()).isEqualTo(500);
            assertThat(heard.errors()).containsExactly("42703 ERROR: column \"nickname\" does not exist");
            assertThat(service.lastLines(5)).anyMatch(line -> line.contains("column \"nickname\" does not exist"));
        }
        assertThat(image.containers()).isEmpty();
    }

    @Test
    void an_early_end_is_told_with_its_last_words() {
        try (Database database = TestServer.get().fresh("items of services", RunningServiceTest::fill)) {
            Service broken = image.service("name", "broken");

            assertThatThrownBy(() -> RunningService.start(
                            broken, RunningServiceTest.source(database.jdbcUrl()), SessionWatch.NONE))
                    .isInstanceOf(ServiceException.class)
                    .hasMessageStartingWith("A service is not ready: the image " + image.name() + " with [broken]")
                    .hasMessageContaining("   found    : its container ended with exit code 3; it printed last:")
                    .hasMessageContaining("no configuration for " + database.name());
        }
        assertThat(image.containers()).isEmpty();
    }

    @Test
    void an_image_that_cannot_be_had_is_told() {
        try (Database database = TestServer.get().fresh("items of services", RunningServiceTest::fill)) {
            Service missing = Service.container("localhost/no-such-image-of-zdm:1");

            assertThatThrownBy(() -> RunningService.start(
                            missing, RunningServiceTest.source(database.jdbcUrl()), SessionWatch.NONE))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageStartingWith("No service in a container")
                    .hasMessageContaining("Docker has the image localhost/no-such-image-of-zdm:1 or can pull it");
        }
    }

    private HttpResponse<String> send(RunningService service, String method, String path, String body)
            throws Exception {
        return client.send(
                HttpRequest.newBuilder(service.uri().resolve(path))
                        .version(HttpClient.Version.HTTP_1_1)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
