package dev.zdm.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hot standby of an {@link EmbeddedServer}, with a directory and a guardian of its own: it goes with its primary, with
 * {@link #close()}, with the end of the JVM, and when the JVM is killed.
 */
final class EmbeddedStandby implements Standby {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStandby.class);
    private static final String PRIMARY = "The embedded PostgreSQL";

    private static final String LOADED = "SELECT pg_conf_load_time()";

    /**
     * Until it streams: a server syncs each of a thousand files before it recovers, and nobody ever recovers from this copy
     * a second time. What it writes from then on is as safe as on the primary.
     */
    private static final String UNSYNCED = "fsync = 'off'\n";

    private final ReplicationSlot slot;
    private final Postmaster postmaster;
    private final StandbySessions sessions;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedStandby(ReplicationSlot slot, Postmaster postmaster) throws SQLException {
        this.slot = slot;
        this.postmaster = postmaster;
        this.sessions = StandbySessions.of(slot.primary(), AdminSessions.onThisMachine(postmaster.port()));
    }

    /**
     * Starts a standby that streams.
     *
     * @param server the primary, as it runs
     * @param settings the standby's settings; those of the configuration file that are not set are the primary's
     * @throws DatabaseException if the primary cannot have one, or it does not start; the message says why
     */
    static EmbeddedStandby start(Postmaster server, String name, EmbeddedSettings settings, IntSupplier ports) {
        AdminSessions primary = AdminSessions.onThisMachine(server.port());
        try {
            ReplicationSlot slot = ReplicationSlot.create(primary, PRIMARY, name);
            try {
                return start(server, slot, settings, ports);
            } catch (SQLException | IOException | RuntimeException e) {
                slot.close();
                throw e;
            }
        } catch (SQLException | IOException e) {
            throw new DatabaseException(
                    "the replica of the embedded PostgreSQL cannot be set up: " + e.getMessage(), e);
        }
    }

    private static EmbeddedStandby start(
            Postmaster server, ReplicationSlot slot, EmbeddedSettings settings, IntSupplier ports)
            throws SQLException, IOException {
        ServerHome home = ServerHome.create(Scratch.ofUser().servers());
        boolean started = false;
        try {
            new BaseBackup(slot.primary(), server.binaries().major())
                    .take(server.home().data(), home.data());
            String configuration = configure(server, slot, settings, home);
            Files.writeString(configuration(home), configuration + UNSYNCED);
            Postmaster postmaster = Postmaster.start(
                    server.binaries(), home, "The replica of the embedded PostgreSQL", settings, ports);
            slot.awaitStreaming(PRIMARY, settings);
            Files.writeString(configuration(home), configuration);
            reload(AdminSessions.onThisMachine(postmaster.port()), settings);
            EmbeddedStandby standby = new EmbeddedStandby(slot, postmaster);
            LOG.info("a replica of port {} runs on port {} in {}", server.port(), postmaster.port(), home.path());
            started = true;
            return standby;
        } finally {
            if (!started) {
                Postmaster.killIn(home.data());
                home.close();
            }
        }
    }

    private static Path configuration(ServerHome home) {
        return home.data().resolve("postgresql.conf");
    }

    /** Returns the configuration as it is to be. */
    private static String configure(Postmaster server, ReplicationSlot slot, EmbeddedSettings settings, ServerHome home)
            throws IOException {
        LogFormat format = LogFormat.of(server.binaries().major());
        Map<String, String> own = new LinkedHashMap<>();
        own.put("hot_standby", "on");
        own.put(
                "primary_conninfo",
                "host=127.0.0.1 port=" + server.port() + " user=" + AdminSessions.USER + " application_name="
                        + slot.name());
        own.put("primary_slot_name", slot.name());
        Files.createFile(home.data().resolve("standby.signal"));
        return Files.readString(configuration(home))
                + ServerConfiguration.of(settings, home.log(), format)
                + ServerConfiguration.lines(own);
    }

    private static void reload(AdminSessions standby, EmbeddedSettings settings) throws SQLException {
        String before = standby.value(LOADED);
        standby.execute("SELECT pg_reload_conf()");
        long deadline = System.nanoTime() + settings.startLimit().toNanos();
        while (standby.value(LOADED).equals(before)) {
            if (System.nanoTime() > deadline) {
                throw new SQLException("the replica did not take its configuration within "
                        + settings.startLimit().toSeconds() + " s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @Override
    public String jdbcUrl(Database database) {
        return sessions.standby().url(database.name());
    }

    @Override
    public String jdbcUrl() {
        return sessions.standby().url(AdminSessions.DATABASE);
    }

    @Override
    public Properties credentials() {
        return sessions.standby().credentials();
    }

    @Override
    public Map<String, String> settings() {
        return sessions.settings();
    }

    @Override
    public boolean awaitReplay(Duration limit) {
        return sessions.awaitReplay(limit);
    }

    Postmaster postmaster() {
        return postmaster;
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            postmaster.stop();
            postmaster.home().close();
            slot.close();
        }
    }
}
