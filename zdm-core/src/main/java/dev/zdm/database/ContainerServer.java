package dev.zdm.database;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL in a container, from any image that is started like the official one: it takes {@code POSTGRES_USER},
 * {@code POSTGRES_PASSWORD} and the words {@code postgres -c name=value}. Testcontainers runs it and must be on the class
 * path.
 *
 * <p>Its port is open on 127.0.0.1 only, unless Docker is on another machine, and asks for a password that is new for
 * each server. It is durable unless it is told not to be. Nothing of it stays: it goes with {@link #close()}, with the
 * end of the JVM, and when the JVM is killed.
 *
 * <p>Safe for use by several threads.
 */
public final class ContainerServer implements CrashableServer {
    /** PostgreSQL's port in the container. */
    static final int PORT = 5432;

    private static final Logger LOG = LoggerFactory.getLogger(ContainerServer.class);

    /** All versions have it, and the version is not known before the server runs. */
    private static final LogFormat LOG_FORMAT = new CsvLogFormat();

    private final String image;
    private final EmbeddedSettings settings;
    private final GuardedContainer container;
    private final AdminSessions sessions;
    private final String version;
    private final Templates templates;
    private final List<ContainerStandby> standbys = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread closer = new Thread(this::stop, "zdm-container-server-closer");

    private ContainerServer(
            String image, EmbeddedSettings settings, GuardedContainer container, AdminSessions sessions) {
        this.image = image;
        this.settings = settings;
        this.container = container;
        this.sessions = sessions;
        this.version = ShownSettings.version(sessions);
        this.templates = new Templates(sessions, new Cloning(sessions, major(version), false));
    }

    /**
     * Returns why no container can be started here, in several lines; empty: one can, as far as can be told. The first
     * call takes a second or two.
     */
    public static Optional<String> unavailable() {
        return Docker.trouble(ContainerPlan.Purpose.POSTGRES).map(Explanation::toString);
    }

    /**
     * Starts a server: in two to four seconds if Docker has the image.
     *
     * @param settings the version in them is not looked at: the image has one
     * @throws DatabaseException if it does not start; the message says why and what to do
     */
    static ContainerServer start(String image, EmbeddedSettings settings) {
        Optional<Explanation> trouble = Docker.trouble(ContainerPlan.Purpose.POSTGRES);
        if (trouble.isPresent()) {
            throw trouble.get().toException();
        }
        String password = UUID.randomUUID().toString();
        GuardedContainer container = GuardedContainer.start(plan(image, settings, password));
        boolean started = false;
        try {
            AdminSessions.Login login = new AdminSessions.Login(AdminSessions.USER, password);
            AdminSessions sessions = new AdminSessions(container.host(), container.port(), login);
            new ContainerReadiness(container, "The PostgreSQL in a container of " + image, settings).await(sessions);
            ContainerServer server = new ContainerServer(image, settings, container, sessions);
            Runtime.getRuntime().addShutdownHook(server.closer);
            LOG.info("PostgreSQL {} runs on port {} in {}", server.version, container.port(), container.name());
            started = true;
            return server;
        } finally {
            if (!started) {
                container.close();
            }
        }
    }

    private static ContainerPlan plan(String image, EmbeddedSettings settings, String password) {
        Map<String, String> environment = Map.of(
                "POSTGRES_USER", AdminSessions.USER,
                "POSTGRES_PASSWORD", password,
                "POSTGRES_DB", AdminSessions.DATABASE);
        List<String> command = new ArrayList<>(List.of("postgres"));
        command.addAll(options(settings));
        return new ContainerPlan(ContainerPlan.Purpose.POSTGRES, image, environment, null, List.of(), command, PORT);
    }

    /** Returns the settings as words of a command line; it wins over the image's own configuration. */
    static List<String> options(EmbeddedSettings settings) {
        List<String> words = new ArrayList<>(List.of("-c", "listen_addresses=*", "-c", "log_directory=log"));
        ServerConfiguration.everywhere(settings, LOG_FORMAT)
                .forEach((name, value) -> words.addAll(List.of("-c", name + "=" + value)));
        return words;
    }

    private static int major(String version) {
        return Integer.parseInt(version.replaceFirst("\\D.*", ""));
    }

    @Override
    public String kind() {
        return "container of " + image;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public Map<String, String> settings() {
        return ShownSettings.settings(sessions);
    }

    @Override
    public Database fresh(Object key, DatabaseBuilder builder) {
        return templates.fresh(key, builder);
    }

    @Override
    public ServerLog log() {
        return SqlLogTail.fromEnd(sessions, LOG_FORMAT);
    }

    @Override
    public ContainerStandby standby(Map<String, String> standbySettings) {
        EmbeddedSettings all = settings.withServerSettings(standbySettings);
        synchronized (standbys) {
            if (closed.get()) {
                throw new DatabaseException("the PostgreSQL in a container is closed and can have no replica");
            }
            ContainerStandby standby = new ContainerStandbyStart(image, container, sessions, all)
                    .start("zdm_replica_" + (standbys.size() + 1));
            standbys.add(standby);
            return standby;
        }
    }

    @Override
    public ContainerServer startTwin() {
        return start(image, settings.ofTwin());
    }

    @Override
    public void crash() {
        container.killAndStart();
        new ContainerReadiness(container, "The PostgreSQL in a container of " + image, settings).await(sessions);
    }

    GuardedContainer container() {
        return container;
    }

    AdminSessions sessions() {
        return sessions;
    }

    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(closer);
        } catch (IllegalStateException e) {
            LOG.trace("the JVM is about to end", e);
        }
    }

    private void stop() {
        if (!closed.getAndSet(true)) {
            synchronized (standbys) {
                standbys.forEach(ContainerStandby::close);
            }
            container.close();
        }
    }
}
