package dev.zdm.database;

import static java.util.Collections.unmodifiableSortedMap;

import java.util.Map;
import java.util.TreeMap;

/** Which PostgreSQL a rehearsal runs on. Equal choices may share one server. */
public sealed interface ServerChoice {
    /** Returns the choice of a durable embedded server of the version on the class path. */
    static ServerChoice embedded() {
        return new Embedded(EmbeddedSettings.defaults());
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
     * A server of zdm's own in a container.
     *
     * @param image its image, such as {@code postgres:17}
     * @param durable whether commits reach the disk, as in production
     * @param settings further settings as in {@code postgresql.conf}; they win over zdm's own
     */
    record Container(String image, boolean durable, Map<String, String> settings) implements ServerChoice {
        /** The image where none is named. */
        public static final String DEFAULT_IMAGE = "postgres:18";

        public Container {
            if (image.isBlank()) {
                throw new IllegalArgumentException("the image has no name");
            }
            settings = unmodifiableSortedMap(new TreeMap<>(settings));
        }

        @Override
        public PostgresServer open() {
            throw new Explanation(
                            "No PostgreSQL in a container",
                            "a server from the image " + image,
                            "this version of zdm cannot start containers yet",
                            "take the embedded server")
                    .toException();
        }
    }
}
