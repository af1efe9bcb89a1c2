package dev.zdm.database;

import static java.util.Collections.unmodifiableSortedMap;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

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
            settings = unmodifiableSortedMap(new TreeMap<>(settings));
        }

        @Override
        public ContainerServer open() {
            return ContainerServer.start(image, new EmbeddedSettings(durable, START_LIMIT, settings, null));
        }
    }
}
