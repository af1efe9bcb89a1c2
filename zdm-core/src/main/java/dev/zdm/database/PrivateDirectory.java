package dev.zdm.database;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Makes a directory the user's own: programs are run from it. */
final class PrivateDirectory {
    private PrivateDirectory() {}

    /**
     * Creates a directory unless it is there.
     *
     * @throws IOException if it cannot be written, or someone else has put it in the way
     */
    static void make(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
        }
        Path probe = Files.createTempFile(directory, "owner", ".probe");
        boolean own = Files.getOwner(probe).equals(Files.getOwner(directory));
        Files.delete(probe);
        if (!own) {
            throw new FileSystemException(directory.toString(), null, "it belongs to " + Files.getOwner(directory));
        }
    }
}
