package dev.zdm.database;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is started in a container.
 *
 * @param image the image's name
 * @param environment environment variables
 * @param user the user and group to run as, such as {@code 999:999}; null: the image's
 * @param entrypoint what runs instead of the image's entry point; empty: that
 * @param command the command, or the arguments of the entry point
 */
record ContainerPlan(
        String image,
        Map<String, String> environment,
        @Nullable String user,
        List<String> entrypoint,
        List<String> command) {
    ContainerPlan {
        environment = Map.copyOf(environment);
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
    }
}
