package dev.zdm.database;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which PostgreSQL a rehearsal runs on. Equal choices may share one server. */
public sealed interface ServerChoice {
    /** Returns the choice of a durable embedded server of the version on the class path. */
    static ServerChoice embedded() {
        return new Embedded(EmbeddedSettings.defaults());
    }

    /**
     * Returns the choice of a durable server in a container.
     *
     * @param image its image, such as {@code postgres:17}
     */
    static Container container(String image) {
        return new Container(image, true, Map.of());
    }

    /**
     * Starts the server, or connects to it where it is there already.
     *
     * @throws DatabaseException if it cannot be had; the message says why and what to do
     */
    PostgresServer open();

    /**
     * A server of zdm's own on this machine, without Docker.
     *
     * @param settings how it is set up
     */
    record Embedded(EmbeddedSettings settings) implements ServerChoice {
        @Override
        public EmbeddedServer open() {
            return EmbeddedServer.start(settings);
        }
    }

    /**
     * A server that is there already, in which zdm creates databases of its own and drops them, or works in one that is
     * given to it. The role and its password
     * are those of the environment variables {@code ZDM_USER} and {@code ZDM_PASSWORD}.
     *
     * @param url its JDBC URL, without user and password; the database in it is the one that zdm logs in to
     * @param allowed the databases that may have tables or clients, though the server looks like production with them
     * @param pooler the JDBC URL of a transaction-pooling proxy before that server, with what options the application sets
     *     there, such as {@code ?prepareThreshold=0}; null: the application connects directly, as zdm always does
     * @param inPlace whether zdm works in the database of the URL itself, which is empty and owned by the role, and which it
     *     empties in the end: for a role that may not create databases; quiet runs are then on an embedded server
     */
    record External(
            String url, Set<String> allowed, @Nullable String pooler, boolean inPlace) implements ServerChoice {
        public External {
            ExternalUrl.parse(url);
            if (pooler != null) {
                ExternalUrl.parse(pooler);
            }
            allowed = Set.copyOf(allowed);
        }

        /** Chooses a server on which zdm creates databases. */
        public External(String url, Set<String> allowed, @Nullable String pooler) {
            this(url, allowed, pooler, false);
        }

        /** Chooses a server without a proxy, on which zdm creates databases. */
        public External(String url, Set<String> allowed) {
            this(url, allowed, null);
        }

        @Override
        public PostgresServer open() {
            return ExternalServer.open(this, System::getenv);
        }
    }

    /**
     * A server of zdm's own in a container, for which Testcontainers must be on the class path.
     *
     * @param image its image, such as {@code postgres:17} or {@code registry.example.com/our/postgres:17-custom}; it is
     *     started like the official one
     * @param durable whether commits reach the disk, as in production
     * @param settings further settings as in {@code postgresql.conf}; they win over zdm's own
     */
    record Container(String image, boolean durable, Map<String, String> settings) implements ServerChoice {
        private static final Duration START_LIMIT = Duration.ofSeconds(60);

        /** The image where none is named. */
        public static final String DEFAULT_IMAGE = "postgres:18";

        public Container {
            if (image.isBlank()) {
                throw new IllegalArgumentException("the image has no name");
            }
            settings = new EmbeddedSettings(durable, START_LIMIT, settings, null).serverSettings();
        }

        @Override
        public ContainerServer open() {
            return ContainerServer.start(image, new EmbeddedSettings(durable, START_LIMIT, settings, null));
        }
    }
}
