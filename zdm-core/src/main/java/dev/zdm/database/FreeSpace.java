package dev.zdm.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Words how much room there is. */
final class FreeSpace {
    private FreeSpace() {}

    /** Returns {@code 12 MB are free in /tmp/zdm-ann}. */
    static String of(Path directory) {
        try {
            return (Files.getFileStore(directory).getUsableSpace() >> 20) + " MB are free in " + directory;
        } catch (IOException e) {
            return "how much is free in " + directory + " is unknown (" + e + ")";
        }
    }
}
