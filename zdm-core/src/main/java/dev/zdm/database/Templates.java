package dev.zdm.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes fresh databases from templates that are built once. Safe for use by several threads: those that want the same
 * template wait for the one that builds it, others do not.
 */
final class Templates {
    private static final Logger LOG = LoggerFactory.getLogger(Templates.class);

    /** Those of the catalogue are at rest; partitions come with their table. */
    private static final String OWN_TABLES = "SELECT string_agg(format('%I.%I', nspname, relname), ', ')"
            + " FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            + " WHERE relkind IN ('r', 'm', 'p') AND NOT relispartition AND nspname <> 'information_schema'"
            + " AND nspname !~ '^pg_'";

    private final AdminSessions sessions;
    private final Cloning cloning;
    private final Map<Object, Place> places = new ConcurrentHashMap<>();
    private final AtomicInteger databases = new AtomicInteger();

    Templates(AdminSessions sessions, Cloning cloning) {
        this.sessions = sessions;
        this.cloning = cloning;
    }

    Database fresh(Object key, PostgresServer.DatabaseBuilder builder) {
        return owned(copy(places.computeIfAbsent(key, unused -> new Place()).template(builder), false));
    }

    private String name(String kind) {
        return cloning.marks().prefix() + kind + databases.incrementAndGet();
    }

    private OwnedDatabase owned(String name) {
        return new OwnedDatabase(name, sessions, this::copy);
    }

    private String copy(String original, boolean cold) {
        String name = name("");
        try {
            if (cold) {
                cloning.copyFiles(original, name);
            } else {
                cloning.copy(original, name);
            }
            return name;
        } catch (SQLException e) {
            throw new DatabaseException("the database " + name + " cannot be copied from " + original, e);
        }
    }

    /** Where the template of one key is or will be; a builder that fails leaves it to the next one. */
    private final class Place {
        private @Nullable String template;

        synchronized String template(PostgresServer.DatabaseBuilder builder) {
            if (template == null) {
                template = build(name("template_"), builder);
            }
            return template;
        }
    }

    private String build(String name, PostgresServer.DatabaseBuilder builder) {
        OwnedDatabase database = create(name);
        boolean built = false;
        try {
            builder.build(database);
            settle(name);
            built = true;
            return name;
        } catch (SQLException e) {
            throw new DatabaseException("the template " + name + " cannot be finished", e);
        } finally {
            if (!built) {
                database.close();
            }
        }
    }

    private OwnedDatabase create(String name) {
        try {
            cloning.empty(name);
            return owned(name);
        } catch (SQLException e) {
            throw new DatabaseException("the template " + name + " cannot be created", e);
        }
    }

    /**
     * Brings the template to rest, so that each copy starts with statistics and all of it on disk. A session that is
     * still there would make every copy wait five seconds and then fail.
     */
    private void settle(String name) throws SQLException {
        try (Connection connection = sessions.open(name);
                Statement statement = connection.createStatement()) {
            String tables = AdminSessions.value(connection, OWN_TABLES);
            if (!tables.isEmpty()) {
                statement.execute("VACUUM (ANALYZE) " + tables);
            }
        }
        sessions.execute("ALTER DATABASE " + name + " WITH ALLOW_CONNECTIONS false");
        if (cloning.marks().checkpoints()) {
            sessions.execute("CHECKPOINT");
        }
        Map<String, String> left = sessions.pairs("SELECT pid, application_name || ' ' || pg_terminate_backend(pid)"
                + " FROM pg_stat_activity WHERE datname = '" + name + "' AND backend_type = 'client backend'");
        if (!left.isEmpty()) {
            LOG.debug("sessions ended that were left on the template {}: {}", name, left);
        }
    }
}
