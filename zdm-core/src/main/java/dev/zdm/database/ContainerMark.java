package dev.zdm.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file in a {@link ServerHome} that says which container belongs to it, written before there is one: for the
 * {@link Guardian}, and for the sweep of a later JVM.
 *
 * @param engine where the engine listens, as {@code docker -H} takes it
 * @param container the container's name
 */
record ContainerMark(String engine, String container) {
    /** The file's name, which the guardian's script knows too. */
    private static final String FILE = "container";

    void writeTo(Path home) throws IOException {
        Files.write(home.resolve(FILE), List.of(engine, container));
    }

    /** Returns the mark in a directory of a server; empty: it is no container's. */
    static Optional<ContainerMark> of(Path home) throws IOException {
        Path file = home.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        return Optional.of(new ContainerMark(lines.get(0), lines.get(1)));
    }
}
