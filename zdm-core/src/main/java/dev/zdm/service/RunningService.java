package dev.zdm.service;

import dev.zdm.database.ServiceContainer;
import dev.zdm.plan.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** A service that is ready. Safe for use by several threads. */
public final class RunningService implements AutoCloseable {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final long POLL_MILLIS = 20;
    private static final int LINES_IN_MESSAGES = 20;
    private static final int FIRST_GOOD = 200;
    private static final int FIRST_BAD = 300;

    private final Relay relay;
    private final Running running;

    private RunningService(Relay relay, Running running) {
        this.relay = relay;
        this.running = running;
    }

    /**
     * Starts a service and waits until it is ready.
     *
     * @param source leads to the database that it is to work on; must be one that zdm makes
     * @param watch learns what its sessions do
     * @throws ServiceException if it does not get ready; the message says why, with its last words
     */
    public static RunningService start(Service service, DataSource source, SessionWatch watch) {
        Relay relay = relay(service, DatabaseAddress.of(source), watch);
        try {
            return start(service, relay);
        } catch (RuntimeException e) {
            relay.close();
            throw e;
        }
    }

    private static RunningService start(Service service, Relay relay) {
        RunningService started =
                new RunningService(relay, launch(service, relay.address().names()));
        try {
            started.awaitReady(service);
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private static Relay relay(Service service, DatabaseAddress database, SessionWatch watch) {
        try {
            InetAddress loopback = InetAddress.getByAddress(LOOPBACK);
            if (service.launch() instanceof Service.Command) {
                return Relay.to(database, watch, loopback.getHostAddress(), loopback);
            }
            ServiceContainer.Way way = ServiceContainer.toThisMachine();
            return Relay.to(database, watch, way.name(), way.address() == null ? loopback : way.address());
        } catch (IOException e) {
            throw noPort(e);
        }
    }

    private static Running launch(Service service, Map<String, String> names) {
        if (service.launch() instanceof Service.Image image) {
            names.put("http.port", Integer.toString(image.port()));
            return RunningContainer.start(
                    new Service.Image(image.name(), command(service, names), image.port()),
                    environment(service, names));
        }
        int port = freePort();
        names.put("http.port", Integer.toString(port));
        names.put("java.home", System.getProperty("java.home"));
        names.put("java.classpath", System.getProperty("java.class.path"));
        List<String> command = command(service, names);
        Service.Command program = new Service.Command(command, ((Service.Command) service.launch()).directory());
        try {
            return RunningProcess.start(program, URI.create("http://127.0.0.1:" + port), environment(service, names));
        } catch (IOException e) {
            throw new ServiceException(
                    "A service does not start: " + command,
                    "'" + command.get(0) + "' can be run",
                    e.toString(),
                    "name a program that is on this machine, and a directory that is there");
        }
    }

    private static List<String> command(Service service, Map<String, String> names) {
        return service.launch().command().stream()
                .map(word -> Service.filledIn(word, names))
                .toList();
    }

    private static Map<String, String> environment(Service service, Map<String, String> names) {
        Map<String, String> environment = new LinkedHashMap<>();
        service.environment().forEach((name, value) -> environment.put(name, Service.filledIn(value, names)));
        return environment;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(LOOPBACK))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw noPort(e);
        }
    }

    private static ServiceException noPort(IOException cause) {
        return new ServiceException(
                "No port for a service", "a free port on 127.0.0.1", cause.toString(), "see what holds them");
    }

    private void awaitReady(Service service) {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(1))
                .build();
        HttpRequest request = HttpRequest.newBuilder(uri().resolve(service.healthPath()))
                .timeout(service.startLimit())
                .build();
        long deadline = System.nanoTime() + service.startLimit().toNanos();
        String answer = "nothing listens on port " + uri().getPort();
        try {
            while (System.nanoTime() < deadline) {
                Optional<String> end = running.ended();
                if (end.isPresent()) {
                    throw notReady(service, end.get());
                }
                try {
                    int status = client.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode();
                    if (status >= FIRST_GOOD && status < FIRST_BAD) {
                        return;
                    }
                    answer = "GET " + request.uri() + " answered " + status;
                } catch (IOException e) {
                    answer = "GET " + request.uri() + " failed: " + e;
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notReady(service, "the wait for it was interrupted");
        }
        throw notReady(service, answer);
    }

    private ServiceException notReady(Service service, String found) {
        List<String> words = running.lastLines(LINES_IN_MESSAGES);
        return new ServiceException(
                "A service is not ready: " + service.launch().inWords(),
                "GET " + uri().resolve(service.healthPath()) + " answers with a status of 200 to 299 within "
                        + service.startLimit().toMillis() + " ms",
                found + (words.isEmpty() ? "; it printed nothing" : "; it printed last:\n" + String.join("\n", words)),
                "let it listen on {http.port} and connect to {db.url}, or name another health path or start limit");
    }

    /** Returns where it answers. */
    public URI uri() {
        return running.uri();
    }

    /** Returns why it does not run any more; empty: it does. */
    public Optional<String> ended() {
        return running.ended();
    }

    /** Returns the last lines that it has printed, oldest first. */
    public List<String> lastLines(int number) {
        return running.lastLines(number);
    }

    /** Stops it, and returns when it is gone. Does not throw; a second call does nothing. */
    @Override
    public void close() {
        running.close();
        relay.close();
    }
}
