package dev.zdm.database;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL that runs on this machine without Docker, from binaries on the class path or,
 * of another version than there, in the local Maven repository.
 *
 * <p>It listens on 127.0.0.1 only, without a password. It is durable unless it is told not to be. Nothing of it stays:
 * it goes with {@link #close()}, with the end of the JVM, and when the JVM is killed.
 *
 * <p>Safe for use by several threads.
 */
public final class EmbeddedServer implements CrashableServer {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);

    private final Postmaster postmaster;
    private final EmbeddedSettings settings;
    private final List<EmbeddedStandby> standbys = new ArrayList<>();
    private final LogFormat logFormat;
    private final AdminSessions sessions;
    private final Templates templates;
    private final String version;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread closer = new Thread(this::stop, "zdm-embedded-server-closer");

    private EmbeddedServer(Postmaster postmaster, EmbeddedSettings settings) {
        this.postmaster = postmaster;
        this.settings = settings;
        this.logFormat = LogFormat.of(postmaster.binaries().major());
        this.sessions = AdminSessions.onThisMachine(postmaster.port());
        this.templates = new Templates(
                sessions,
                Cloning.of(
                        sessions,
                        postmaster.binaries().major(),
                        postmaster.home().data()));
        this.version = ShownSettings.version(sessions);
    }

    /**
     * Starts a server: in about half a second, the first time on a machine in about ten, which fills the cache.
     *
     * @throws DatabaseException if it does not start; the message says why and what to do
     */
    public static EmbeddedServer start(EmbeddedSettings settings) {
        return start(settings, LoopbackPort::free);
    }

    /** Starts a server on the first of these ports that it can have. */
    static EmbeddedServer start(EmbeddedSettings settings, IntSupplier ports) {
        Scratch scratch = Scratch.ofUser();
        ServerHome.sweep(scratch.servers());
        Cache cache = Cache.ofUser();
        cache.sweep();
        try {
            return start(settings, ports, ServerHome.create(scratch.servers()), cache);
        } catch (IOException e) {
            throw noFiles(e, scratch, cache);
        }
    }

    /** Too little room is the reason more often than all others together. */
    private static DatabaseException noFiles(IOException cause, Scratch scratch, Cache cache) {
        return new Explanation(
                        "The embedded PostgreSQL cannot be set up",
                        "its files can be written, some 300 MB",
                        cause + "\n" + FreeSpace.of(scratch.servers()) + ", " + FreeSpace.of(cache.root()),
                        "free some space, or name other directories with -Djava.io.tmpdir and -D" + CachePlace.SETTING)
                .toException(cause);
    }

    private static EmbeddedServer start(EmbeddedSettings settings, IntSupplier ports, ServerHome home, Cache cache)
            throws IOException {
        boolean started = false;
        try {
            Binaries.refuseRoot(home.path());
            Binaries binaries = BinaryFinder.ofUser().find(settings.majorVersion(), cache, home.path());
            DataDirectory.prepare(home, cache, binaries, settings);
            Postmaster postmaster = Postmaster.start(binaries, home, "The embedded PostgreSQL", settings, ports);
            EmbeddedServer server = new EmbeddedServer(postmaster, settings);
            Runtime.getRuntime().addShutdownHook(server.closer);
            LOG.info("PostgreSQL {} runs on port {} in {}", server.version, postmaster.port(), home.path());
            started = true;
            return server;
        } finally {
            if (!started) {
                Postmaster.killIn(home.data());
                home.close();
            }
        }
    }

    @Override
    public String kind() {
        return "embedded";
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
        return LogTail.fromEnd(postmaster.home().log(), logFormat);
    }

    @Override
    public EmbeddedStandby standby(Map<String, String> standbySettings) {
        return standby(standbySettings, LoopbackPort::free);
    }

    /** Starts a standby on the first of these ports that it can have. */
    EmbeddedStandby standby(Map<String, String> standbySettings, IntSupplier ports) {
        EmbeddedSettings all = settings.withServerSettings(standbySettings);
        synchronized (standbys) {
            if (closed.get()) {
                throw new DatabaseException("the embedded PostgreSQL is closed and can have no replica");
            }
            EmbeddedStandby standby =
                    EmbeddedStandby.start(postmaster, "zdm_replica_" + (standbys.size() + 1), all, ports);
            standbys.add(standby);
            return standby;
        }
    }

    @Override
    public EmbeddedServer startTwin() {
        return start(settings.ofTwin());
    }

    @Override
    public void crash() {
        postmaster.restart(settings);
    }

    /** Returns where everything of this server is. */
    Path directory() {
        return postmaster.home().path();
    }

    Postmaster postmaster() {
        return postmaster;
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
                standbys.forEach(EmbeddedStandby::close);
            }
            postmaster.stop();
            postmaster.home().close();
        }
    }
}
