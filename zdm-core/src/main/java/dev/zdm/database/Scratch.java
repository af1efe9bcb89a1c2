package dev.zdm.database;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.LocalDate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user's own directory for servers and for what several runs share, below {@code java.io.tmpdir}.
 *
 * <p>Several JVMs use it at once: an entry of the cache appears complete, by renaming, or not at all. Entries are
 * used for five to ten days only, because systems remove old files from their temporary directories one by one, and a
 * PostgreSQL with holes is worse than none.
 */
final class Scratch {
    private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
    private static final int DAYS_OF_USE = 5;

    private final Path root;
    private final Clock clock;

    private Scratch(Path root, Clock clock) {
        this.root = root;
        this.clock = clock;
    }

    /** Fills a directory that does not exist yet. */
    @FunctionalInterface
    interface Filling {
        void fill(Path directory) throws IOException;
    }

    /** Returns the scratch directory of this user; throws DatabaseException if it cannot be written. */
    static Scratch ofUser() {
        String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9._-]", "_");
        return below(Path.of(System.getProperty("java.io.tmpdir")), "zdm-" + user, Clock.systemUTC());
    }

    static Scratch below(Path temporary, String name, Clock clock) {
        Path root = temporary.toAbsolutePath().resolve(name);
        try {
            makePrivate(root);
            Files.createDirectories(root.resolve("cache"));
            Files.createDirectories(root.resolve("servers"));
            return new Scratch(root, clock);
        } catch (IOException e) {
            throw new Explanation(
                            "No directory for the embedded PostgreSQL",
                            root + " can be written by this user, and by nobody else",
                            e.toString(),
                            "make " + temporary + " writable, or name another one with -Djava.io.tmpdir")
                    .toException(e);
        }
    }

    /** Binaries are run from here, so a directory that someone else has put in the way is refused. */
    private static void makePrivate(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            Files.createDirectories(root);
            if (root.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
            }
        }
        Path probe = Files.createTempFile(root, "owner", ".probe");
        boolean own = Files.getOwner(probe).equals(Files.getOwner(root));
        Files.delete(probe);
        if (!own) {
            throw new FileSystemException(root.toString(), null, "it belongs to " + Files.getOwner(root));
        }
    }

    /** Returns where the directories of running servers are. */
    Path servers() {
        return root.resolve("servers");
    }

    /**
     * Returns the entry of the cache with a key, filled on the first call.
     *
     * @param workspace a directory of the caller's own, on the same file system, where the entry grows
     */
    Path cached(String key, Path workspace, Filling filling) throws IOException {
        Path entry = cache().resolve(key + "." + period());
        if (!Files.isDirectory(entry)) {
            Path growing = workspace.resolve(key);
            filling.fill(growing);
            publish(growing, entry);
        }
        return entry;
    }

    private static void publish(Path growing, Path entry) throws IOException {
        try {
            Files.move(growing, entry, ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(entry)) {
                throw e;
            }
            LOG.debug("another JVM was faster to make {}", entry);
            FileTrees.delete(growing);
        }
    }

    /** Removes entries of the cache that have had their time. */
    void sweepCache() {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(cache())) {
            for (Path entry : entries) {
                if (isOutdated(entry)) {
                    FileTrees.delete(entry);
                }
            }
        } catch (IOException e) {
            LOG.debug("could not remove old entries of {}", cache(), e);
        }
    }

    private boolean isOutdated(Path entry) {
        String name = entry.getFileName().toString();
        String period = name.substring(name.lastIndexOf('.') + 1);
        return !period.matches("\\d{1,9}") || Long.parseLong(period) < period() - 1;
    }

    Path cache() {
        return root.resolve("cache");
    }

    private long period() {
        return LocalDate.now(clock).toEpochDay() / DAYS_OF_USE;
    }
}
