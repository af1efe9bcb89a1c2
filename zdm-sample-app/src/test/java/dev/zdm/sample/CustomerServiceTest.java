package dev.zdm.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.zdm.sample.http.Http;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both releases as their users see them, on the database that both can work with. */
class CustomerServiceTest {
    private final SampleDatabase database = SampleDatabase.migratedTo("2");
    private final ExecutorService workers = Executors.newSingleThreadExecutor();
    private final HttpServer v1;
    private final HttpServer v2;

    CustomerServiceTest() throws IOException {
        v1 = Http.serve(0, workers, new dev.zdm.sample.v1.CustomerService(database.source()));
        v2 = Http.serve(0, workers, new dev.zdm.sample.v2.CustomerService(database.source()));
    }

    @AfterEach
    void stop() {
        v1.stop(0);
        v2.stop(0);
        workers.shutdown();
    }

    @Test
    void show_each_other_what_they_write() throws Exception {
        String id =
                send(v1, "POST", "", "name=Ada+Byron&email=ada%40example.org").body();
        assertThat(send(v2, "GET", id, "").body()).isEqualTo("Byron, Ada");

        assertThat(send(v2, "PUT", id, "first=Ada&last=Lovelace").statusCode()).isEqualTo(204);
        assertThat(send(v1, "GET", id, "").body()).isEqualTo("Ada Lovelace");

        assertThat(send(v1, "PUT", id, "name=Ada").statusCode()).isEqualTo(204);
        assertThat(send(v2, "GET", id, "").body()).isEqualTo("Ada");

        String other =
                send(v2, "POST", "", "first=Cher&email=cher%40example.org").body();
        assertThat(send(v1, "GET", other, "").body()).isEqualTo("Cher");
    }

    @Test
    void say_what_is_wrong_with_a_request() throws Exception {
        assertThat(send(v1, "GET", "4711", "").statusCode()).isEqualTo(404);
        assertThat(send(v2, "PUT", "4711", "first=Nobody").statusCode()).isEqualTo(404);
        assertThat(send(v1, "DELETE", "4711", "").statusCode()).isEqualTo(405);
        assertThat(send(v2, "GET", "x", "").statusCode()).isEqualTo(400);

        HttpResponse<String> incomplete = send(v1, "POST", "", "name=Ada");
        assertThat(incomplete.statusCode()).isEqualTo(400);
        assertThat(incomplete.body()).isEqualTo("the form needs a field 'email', found [name]");
    }

    private static HttpResponse<String> send(HttpServer release, String method, String key, String form)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + release.getAddress().getPort() + "/customers/" + key);
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .method(method, BodyPublishers.ofString(form))
                                .build(),
                        BodyHandlers.ofString());
    }
}
