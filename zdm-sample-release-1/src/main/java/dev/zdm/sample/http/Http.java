package dev.zdm.sample.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * As much HTTP as the service needs: requests for {@code /customers/<id>} with a form as their body, and {@code /health}.
 */
public final class Http {
    private static final String PATH = "/customers/";

    private Http() {}

    /**
     * Serves requests until the server is stopped.
     *
     * @param port 0: any that is free
     */
    public static HttpServer serve(int port, ExecutorService workers, Function<Request, Response> application)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(workers);
        server.createContext(PATH, exchange -> {
            try (exchange) {
                answer(exchange, application);
            }
        });
        server.createContext("/health", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(204, -1);
            }
        });
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, Function<Request, Response> application) throws IOException {
        Response response;
        try {
            response = application.apply(Request.of(exchange));
        } catch (IllegalArgumentException e) {
            response = new Response(400, String.valueOf(e.getMessage()));
        }
        byte[] body = response.body.getBytes(UTF_8);
        exchange.sendResponseHeaders(response.status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /**
     * A request.
     *
     * @param method such as {@code GET}
     * @param key what follows {@code /customers/}; may be empty
     * @param form the fields of the body
     */
    public record Request(String method, String key, Map<String, String> form) {
        public Request {
            form = Map.copyOf(form);
        }

        static Request of(HttpExchange exchange) throws IOException {
            Map<String, String> form = new HashMap<>();
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            for (String field : body.isEmpty() ? new String[0] : body.split("&", -1)) {
                String[] pair = field.split("=", 2);
                form.put(URLDecoder.decode(pair[0], UTF_8), pair.length == 1 ? "" : URLDecoder.decode(pair[1], UTF_8));
            }
            String path = exchange.getRequestURI().getPath();
            return new Request(exchange.getRequestMethod(), path.substring(PATH.length()), form);
        }

        /** Returns the customer's key. */
        public long id() {
            return Long.parseLong(key);
        }

        /** Returns a field that must be there. */
        public String required(String field) {
            String value = form.get(field);
            if (value == null) {
                throw new IllegalArgumentException("the form needs a field '" + field + "', found " + form.keySet());
            }
            return value;
        }

        /** Returns a field that may be missing. */
        public @Nullable String optional(String field) {
            return form.get(field);
        }
    }

    /**
     * An answer.
     *
     * @param status the code
     * @param body text; may be empty
     */
    public record Response(int status, String body) {
        /** The method is none that the service knows. */
        public static final Response METHOD_NOT_ALLOWED = new Response(405, "");

        /** Returns that all is well, with a text. */
        public static Response ok(String body) {
            return new Response(200, body);
        }

        /** Returns that a customer was added. */
        public static Response created(long id) {
            return new Response(201, Long.toString(id));
        }

        /** Returns whether the customer to change was found. */
        public static Response changed(boolean found) {
            return found ? new Response(204, "") : missing();
        }

        /** Returns that there is no such customer. */
        public static Response missing() {
            return new Response(404, "");
        }
    }
}
