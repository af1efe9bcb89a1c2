package dev.zdm.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The user's own directory below {@code java.io.tmpdir}: running servers are there. */
final class Scratch {
    private final Path root;

    private Scratch(Path root) {
        this.root = root;
    }

    /** Returns the scratch directory of this user; throws DatabaseException if it cannot be written. */
    static Scratch ofUser() {
        String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9._-]", "_");
        return below(Path.of(System.getProperty("java.io.tmpdir")), "zdm-" + user);
    }

    static Scratch below(Path temporary, String name) {
        Path root = temporary.toAbsolutePath().resolve(name);
        try {
            PrivateDirectory.make(root);
            Files.createDirectories(root.resolve("servers"));
            return new Scratch(root);
        } catch (IOException e) {
            throw new Explanation(
                            "No directory for the embedded PostgreSQL",
                            root + " can be written by this user, and by nobody else",
                            e.toString(),
                            "make " + temporary + " writable, or name another one with -Djava.io.tmpdir")
                    .toException(e);
        }
    }

    /** Returns where the directories of running servers are. */
    Path servers() {
        return root.resolve("servers");
    }

    /** Returns where the cache is that is not to be anywhere else. */
    Path cache() {
        return root.resolve("cache");
    }
}
