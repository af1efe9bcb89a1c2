package dev.zdm.database;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is started in a container.
 *
 * @param purpose what it is for
 * @param image the image's name
 * @param environment environment variables
 * @param user the user and group to run as, such as {@code 999:999}; null: the image's
 * @param entrypoint what runs instead of the image's entry point; empty: that
 * @param command the command, or the arguments of the entry point; empty: the image's
 * @param port the port in the container that is opened to this machine
 */
record ContainerPlan(
        Purpose purpose,
        String image,
        Map<String, String> environment,
        @Nullable String user,
        List<String> entrypoint,
        List<String> command,
        int port) {
    /** What a container is for, as messages call it. */
    enum Purpose {
        /** A database server. */
        POSTGRES("PostgreSQL", "take the embedded PostgreSQL"),
        /** An application. */
        SERVICE("service", "let the service run as a process");

        private final String what;
        private final String otherwise;

        Purpose(String what, String otherwise) {
            this.what = what;
            this.otherwise = otherwise;
        }

        /** Returns what to say where no container can be had. */
        String title() {
            return "No " + what + " in a container";
        }

        /** Returns what to do where no container can be had. */
        String otherwise() {
            return otherwise;
        }
    }

    ContainerPlan {
        environment = Map.copyOf(environment);
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
    }
}
