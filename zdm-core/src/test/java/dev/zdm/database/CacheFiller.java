package dev.zdm.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** A JVM that takes an entry from a cache when it is told to, and says whether it had to make it; or stays at that. */
final class CacheFiller {
    private static final int FILES = 40;

    private CacheFiller() {}

    public static void main(String[] arguments) throws IOException {
        boolean stays = arguments.length > 1;
        Scratch scratch = Scratch.below(Path.of(arguments[0]), "zdm-test");
        Cache cache = Cache.at(new CachePlace(Optional.empty(), false), scratch, Clock.systemUTC());
        tell("ready");
        read();
        Path entry = cache.directory("key", directory -> fill(directory, stays));
        try (var files = Files.list(entry)) {
            tell("has " + files.count() + " files");
        }
    }

    private static void fill(Path directory, boolean stays) throws IOException {
        tell("filling");
        Files.createDirectory(directory);
        for (int i = 0; i < FILES; i++) {
            if (i == FILES / 2 && stays) {
                tell("half");
                read();
            }
            Files.writeString(directory.resolve("file" + i), "content");
        }
    }

    /** Returns when something comes, or at the end of the JVM that started this one. */
    private static void read() throws IOException {
        if (System.in.read() < 0) {
            throw new IOException("the parent is gone");
        }
    }

    @SuppressWarnings("SystemOut") // the parent reads it
    private static void tell(String line) {
        System.out.println(line);
    }
}
