package dev.zdm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.database.Database;
import dev.zdm.database.DatabaseException;
import dev.zdm.database.DockerNeeded;
import dev.zdm.plan.Service;
import dev.zdm.rehearsal.TestServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.builder.ImageFromDockerfile;

/** A service in a container is started, learns where its database is, is heard, and goes. */
class RunningContainerTest {
    /** The image of the database tests has a Perl and a client of PostgreSQL, which is enough for a service. */
    private static final String APPLICATION = """
            use strict;
            use warnings;
            use IO::Socket::INET;
            $| = 1;
            if (@ARGV) { print "no configuration for $ENV{PGDATABASE}\\n"; exit 3; }
            my $port = IO::Socket::INET->new(LocalPort => $ENV{PORT}, Listen => 20, ReuseAddr => 1) or die $!;
            print "serving $ENV{PGDATABASE}\\n";
            while (my $client = $port->accept) {
                my ($method, $path) = split ' ', <$client> // next;
                my ($length, $body, $name) = (0, '', '');
                while (my $line = <$client>) {
                    last if $line =~ /^\\r?$/;
                    $length = $1 if $line =~ /^content-length: (\\d+)/i;
                }
                read($client, $body, $length);
                if (my ($id) = $path =~ m{^/items/(.*)}) {
                    my $sql = $method eq 'PUT'
                        ? "update item set name = '$body' where id = $id" : "select name from item where id = $id";
                    open(my $psql, '-|', 'psql', '-XAtqc', $sql) or die $!;
                    $name = join '', <$psql>;
                    chomp $name;
                    close $psql;
                }
                my $status = $? ? '500 Error' : '200 OK';
                print $client "HTTP/1.1 $status\\r\\nConnection: close\\r\\nContent-Length: ", length $name, "\\r\\n\\r\\n$name";
                close $client;
                $? = 0;
            }
            """;

    private static String image;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Heard heard = new Heard();

    @BeforeAll
    static void build() {
        String base = DockerNeeded.image();
        image = new ImageFromDockerfile()
                .withFileFromString("service.pl", APPLICATION)
                .withDockerfileFromBuilder(file -> file.from(base)
                        .copy("service.pl", "/service.pl")
                        .entryPoint("perl", "/service.pl")
                        .build())
                .get();
    }

    @AfterAll
    static void remove() {
        if (image != null) {
            DockerClientFactory.instance()
                    .client()
                    .removeImageCmd(image)
                    .withForce(true)
                    .exec();
        }
    }

    @Test
    void works_on_its_database_and_is_heard_until_it_is_closed() throws Exception {
        try (Database database = TestServer.get().fresh("items of services", RunningServiceTest::fill);
                RunningService service =
                        RunningService.start(service(), RunningServiceTest.source(database.jdbcUrl()), heard)) {
            assertThat(send(service, "PUT", "/items/1", "Ada").statusCode()).isEqualTo(200);
            assertThat(send(service, "GET", "/items/1", "").body()).isEqualTo("Ada");
            assertThat(service.lastLines(5)).containsExactly("serving " + database.name());
            assertThat(service.ended()).isEmpty();
            assertThat(heard.pids()).hasSizeGreaterThanOrEqualTo(2);

            assertThat(send(service, "GET", "/items/nickname", "").statusCode()).isEqualTo(500);
            assertThat(heard.errors()).containsExactly("42703 ERROR: column \"nickname\" does not exist");
            assertThat(service.lastLines(5)).anyMatch(line -> line.contains("column \"nickname\" does not exist"));
        }
        assertThat(containers()).isEmpty();
    }

    @Test
    void an_early_end_is_told_with_its_last_words() {
        try (Database database = TestServer.get().fresh("items of services", RunningServiceTest::fill)) {
            Service broken = environment(Service.container(image, "broken"));

            assertThatThrownBy(() -> RunningService.start(
                            broken, RunningServiceTest.source(database.jdbcUrl()), SessionWatch.NONE))
                    .isInstanceOf(ServiceException.class)
                    .hasMessageStartingWith("A service is not ready: the image " + image + " with [broken]")
                    .hasMessageContaining("   found    : its container ended with exit code 3; it printed last:")
                    .hasMessageContaining("no configuration for " + database.name());
        }
        assertThat(containers()).isEmpty();
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

    private static Service service() {
        return environment(Service.container(image)).listeningOn(8081);
    }

    private static Service environment(Service service) {
        return service.withEnvironment("PORT", "{http.port}")
                .withEnvironment("PGHOST", "{db.host}")
                .withEnvironment("PGPORT", "{db.port}")
                .withEnvironment("PGDATABASE", "{db.name}")
                .withEnvironment("PGUSER", "{db.user}");
    }

    private static List<String> containers() {
        return DockerClientFactory.instance()
                .client()
                .listContainersCmd()
                .withShowAll(true)
                .withAncestorFilter(List.of(image))
                .exec()
                .stream()
                .map(container -> List.of(container.getNames()).toString())
                .toList();
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
