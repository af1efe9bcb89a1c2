package dev.zdm.workload;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * What a workload class works on whose version is a {@link dev.zdm.plan.Service}: its constructor takes one instead of a
 * {@link javax.sql.DataSource}. Safe for use by several threads.
 */
public final class HttpApi {
    private static final int FIRST_GOOD = 200;
    private static final int FIRST_BAD = 300;

    private final URI base;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    HttpApi(URI base) {
        this.base = base;
    }

    /** Returns the address of a path and query that begins with {@code /}. */
    public URI uri(String path) {
        return base.resolve(path);
    }

    /**
     * Reads a path.
     *
     * @return the body
     * @throws HttpStatusException if the status is not one of 200 to 299
     * @throws IOException if there is no answer
     */
    public String get(String path) throws IOException, InterruptedException {
        return require(send(HttpRequest.newBuilder(uri(path)).build()));
    }

    /**
     * Sends a body.
     *
     * @param method such as {@code PUT}
     * @param contentType such as {@code application/json}; empty: none is told
     * @param body may be empty
     * @return the body of the answer
     * @throws HttpStatusException if the status is not one of 200 to 299
     * @throws IOException if there is no answer
     */
    public String send(String method, String path, String contentType, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        return require(send(request.build()));
    }

    /**
     * Sends a request of one's own, whose address comes from {@link #uri}; any status is an answer.
     *
     * @throws IOException if there is no answer
     */
    public HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    private static String require(HttpResponse<String> response) throws HttpStatusException {
        if (response.statusCode() < FIRST_GOOD || response.statusCode() >= FIRST_BAD) {
            throw new HttpStatusException(
                    response.request().method() + " " + response.request().uri().getPath(),
                    response.statusCode(),
                    response.body());
        }
        return response.body();
    }
}
