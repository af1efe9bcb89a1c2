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

/** The service as its users see it, on the database that the first release works with too. */
class CustomerServiceTest {
    private final SampleDatabase database = SampleDatabase.migratedTo("2");
    private final ExecutorService workers = Executors.newSingleThreadExecutor();
    private final HttpServer service;

    CustomerServiceTest() throws IOException {
        service = Http.serve(0, workers, new CustomerService(database.source()));
    }

    @AfterEach
    void stop() {
        service.stop(0);
        workers.shutdown();
    }

    @Test
    void lists_what_the_first_release_wrote_last_name_first() throws Exception {
        String id =
                send("POST", "", "first=Ada&last=Byron&email=ada%40example.org").body();
        assertThat(send("GET", id, "").body()).isEqualTo("Byron, Ada");

        database.sql().execute("update customer set full_name = 'Ada Lovelace'");
        assertThat(send("GET", id, "").body()).isEqualTo("Lovelace, Ada");

        database.sql().execute("update customer set full_name = 'Ada'");
        assertThat(send("GET", id, "").body()).isEqualTo("Ada");
    }

    @Test
    void writes_what_the_first_release_reads() throws Exception {
        String id = send("POST", "", "first=Cher&email=cher%40example.org").body();
        assertThat(database.rows("select full_name from customer")).containsExactly("Cher");

        assertThat(send("PUT", id, "first=Mary+Ann&last=Smith").statusCode()).isEqualTo(204);
        assertThat(database.rows("select full_name from customer")).containsExactly("Mary Ann Smith");
    }

    @Test
    void says_what_is_wrong_with_a_request() throws Exception {
        assertThat(send("GET", "4711", "").statusCode()).isEqualTo(404);
        assertThat(send("PUT", "4711", "first=Nobody").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "4711", "").statusCode()).isEqualTo(405);
        assertThat(send("GET", "x", "").statusCode()).isEqualTo(400);

        HttpResponse<String> incomplete = send("POST", "", "first=Ada");
        assertThat(incomplete.statusCode()).isEqualTo(400);
        assertThat(incomplete.body()).isEqualTo("the form needs a field 'email', found [first]");
    }

    private HttpResponse<String> send(String method, String key, String form) throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + service.getAddress().getPort() + "/customers/" + key);
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .method(method, BodyPublishers.ofString(form))
                                .build(),
                        BodyHandlers.ofString());
    }
}
