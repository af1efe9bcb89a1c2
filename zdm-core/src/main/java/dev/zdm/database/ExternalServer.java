package dev.zdm.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL that is there already. zdm does not own it: it creates databases of its own there and drops them, changes
 * no setting, reads no file, asks for no checkpoint and ends no session but its own.
 *
 * <p>The role needs {@code CREATEDB}, or a database that is given to it, and need not be a superuser. Safe for use by several
 * threads.
 */
final class ExternalServer implements PostgresServer {
    /** The environment variable with the role. */
    static final String USER = "ZDM_USER";

    /** The environment variable with its password. */
    static final String PASSWORD = "ZDM_PASSWORD";

    private static final Logger LOG = LoggerFactory.getLogger(ExternalServer.class);
    private static final int OLDEST = EmbeddedSettings.OLDEST_VERSION * 10_000;

    private final ExternalUrl url;
    private final AdminSessions sessions;
    private final Lease lease;
    private final int major;
    private final Templates templates;
    private final @Nullable GivenDatabase given;
    private final @Nullable Pooler pooler;
    private final AtomicBoolean poolerChecked = new AtomicBoolean();
    private final String version;
    private final List<String> limits;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread closer = new Thread(this::stop, "zdm-external-server-closer");
    private @Nullable EmbeddedServer copies;

    private ExternalServer(
            ExternalUrl url,
            AdminSessions sessions,
            Lease lease,
            @Nullable GivenDatabase given,
            @Nullable Pooler pooler)
            throws SQLException {
        this.url = url;
        this.given = given;
        this.pooler = pooler;
        this.sessions = sessions;
        this.lease = lease;
        this.version = ShownSettings.version(sessions);
        this.major = Integer.parseInt(sessions.value("SELECT current_setting('server_version_num')::int / 10000"));
        this.templates = new Templates(sessions, new Cloning(sessions, major, false, lease.marks()));
        this.limits = foundLimits();
    }

    /**
     * Connects to a server, after it has been made sure that it does not look like production, and drops what runs that
     * are no more have left there.
     *
     * @param environment looks a variable up by its name
     * @throws DatabaseException if that cannot be; the message says why and what to do
     */
    static ExternalServer open(ServerChoice.External choice, Function<String, @Nullable String> environment) {
        ExternalUrl url = ExternalUrl.parse(choice.url());
        AdminSessions sessions =
                new AdminSessions(url.host(), url.port(), login(environment), url.database(), url.options());
        try {
            check(url, choice, sessions);
            Lease lease = Lease.take(sessions);
            try {
                lease.sweep().forEach(name -> LOG.info("dropped {}, which an earlier run has left", name));
                GivenDatabase given = choice.inPlace() ? new GivenDatabase(sessions, lease) : null;
                ExternalServer server = new ExternalServer(url, sessions, lease, given, pooler(choice, sessions));
                Runtime.getRuntime().addShutdownHook(server.closer);
                return server;
            } catch (SQLException | RuntimeException e) {
                lease.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new Explanation(
                            "The external PostgreSQL cannot be used",
                            "role " + sessions.login() + " may log in at " + choice.url(),
                            String.valueOf(e.getMessage()),
                            "check zdm.external.url, " + USER + " and " + PASSWORD
                                    + ", and whether the server lets this role in from here (pg_hba.conf)")
                    .toException(e);
        }
    }

    private static @Nullable Pooler pooler(ServerChoice.External choice, AdminSessions sessions) {
        String pooler = choice.pooler();
        return pooler == null ? null : Pooler.of(ExternalUrl.parse(pooler), sessions);
    }

    private static AdminSessions.Login login(Function<String, @Nullable String> environment) {
        String user = environment.apply(USER);
        if (user == null || user.isBlank()) {
            throw new Explanation(
                            "No role for the external PostgreSQL",
                            "its name in the environment variable " + USER + ", and its password in " + PASSWORD
                                    + " where the server asks for one",
                            USER + " is not set",
                            "set it; annotations and configuration parameters do not take secrets")
                    .toException();
        }
        return new AdminSessions.Login(user, environment.apply(PASSWORD));
    }

    private static void check(ExternalUrl url, ServerChoice.External choice, AdminSessions sessions)
            throws SQLException {
        try (Connection connection = sessions.open()) {
            requireVersion(sessions);
            if (choice.inPlace()) {
                GivenDatabase.prepare(sessions);
            }
            new ProductionSigns(url, choice.allowed()).refuse(connection);
            if (!choice.inPlace()) {
                requireRights(sessions);
            }
        }
    }

    private static void requireVersion(AdminSessions sessions) throws SQLException {
        if (Integer.parseInt(sessions.value("SELECT current_setting('server_version_num')")) < OLDEST) {
            throw new Explanation(
                            "The external PostgreSQL is too old",
                            "version " + EmbeddedSettings.OLDEST_VERSION + " or newer",
                            "version " + ShownSettings.version(sessions),
                            "name a newer server")
                    .toException();
        }
    }

    private static void requireRights(AdminSessions sessions) throws SQLException {
        if (!has(sessions, "rolcreatedb OR rolsuper")) {
            throw new Explanation(
                            "No databases of zdm's own on the external PostgreSQL",
                            "role " + sessions.login() + " may create databases: each rehearsal has some, made from"
                                    + " templates and dropped in the end",
                            "it may not",
                            "ALTER ROLE " + sessions.login() + " CREATEDB, or set " + USER + " to another role;\n"
                                    + "or name an empty database that role " + sessions.login() + " owns in"
                                    + " zdm.external.url, and set zdm.external.inPlace=on")
                    .toException();
        }
    }

    private static boolean has(AdminSessions sessions, String right) throws SQLException {
        return Boolean.parseBoolean(sessions.value("SELECT " + right + " FROM pg_roles WHERE rolname = current_user"));
    }

    private List<String> foundLimits() throws SQLException {
        List<String> limits = new ArrayList<>();
        limits.add("zdm neither reads its log nor changes its settings nor stops it: it works in "
                + (given == null
                        ? "databases of its own"
                        : "the given database " + url.database() + ", which it empties in the end")
                + ", as role " + sessions.login());
        if (pooler != null) {
            limits.add("under load the application's sessions go through the proxy at "
                    + pooler.url().server() + "; zdm's own, the migration's among them, and the quiet runs do not");
        }
        limits.addAll(given == null ? limitsOfCopies() : limitsInPlace());
        return List.copyOf(limits);
    }

    private List<String> limitsOfCopies() throws SQLException {
        List<String> limits = new ArrayList<>();
        limits.add(
                "crashes, where they are demanded, are terminated backends and clients that are gone: the server is not"
                        + " stopped");
        if (!has(sessions, "rolsuper")) {
            limits.add("the role is no superuser: triggers are at work where a superuser would silence them, growth is"
                    + " not measured for a stated size of production where there are any, and a statement whose table the"
                    + " change has locked before is not crashed half-way");
        }
        return limits;
    }

    private List<String> limitsInPlace() {
        return List.of("the given database cannot be copied: the quiet runs and all else that takes copies, crashes and"
                + " company among it, are on an embedded PostgreSQL " + major
                + " of zdm's own, with neither this server's"
                + " settings nor its machine");
    }

    @Override
    public String kind() {
        return "external, " + url.server();
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
    public List<String> limits() {
        return limits;
    }

    @Override
    public Database fresh(Object key, DatabaseBuilder builder) {
        lease.renew();
        Database database = given == null ? templates.fresh(key, builder) : given.fresh(builder);
        if (pooler == null) {
            return database;
        }
        if (!poolerChecked.get()) {
            checkPooler(pooler, database);
        }
        return pooler.before(database);
    }

    private void checkPooler(Pooler proxy, Database database) {
        try {
            proxy.check(database, sessions);
            poolerChecked.set(true);
        } catch (DatabaseException e) {
            database.close();
            throw e;
        }
    }

    @Override
    public synchronized PostgresServer forCopies() {
        if (given == null) {
            return this;
        }
        if (copies == null) {
            copies = startForCopies();
        }
        return copies;
    }

    private EmbeddedServer startForCopies() {
        try {
            return EmbeddedServer.start(EmbeddedSettings.defaults().withMajorVersion(major));
        } catch (DatabaseException e) {
            throw new DatabaseException(
                    "The quiet runs take copies, which database " + url.database() + " cannot have, and so an embedded"
                            + " PostgreSQL " + major + ", or a role that may create databases (ALTER ROLE "
                            + sessions.login() + " CREATEDB, without zdm.external.inPlace). " + e.getMessage(),
                    e);
        }
    }

    @Override
    public ServerLog log() {
        return ServerLog.unreadable("the log of an external server is not read");
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
            closeCopies();
            if (given != null) {
                given.close();
            }
            lease.close();
        }
    }

    private synchronized void closeCopies() {
        if (copies != null) {
            copies.close();
        }
    }
}
