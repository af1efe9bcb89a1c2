package dev.zdm.database;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What several runs share: unpacked programs and initialised data directories, in the user's cache folder.
 *
 * <p>Several JVMs use it at once. An entry grows aside and under a lock, is brought to the disk, and appears by renaming:
 * complete or not at all, whenever the JVM is killed or the power fails. Whoever takes an entry holds it against its
 * manifest; one that has lost something since is thrown away and made anew.
 *
 * <p>Entries are used for a limited time, and removed later. In the temporary directory that is short, because systems remove
 * old files there one by one, and a server that runs from them would notice.
 */
final class Cache {
    private static final Logger LOG = LoggerFactory.getLogger(Cache.class);

    private static final int DAYS_OF_USE = 60;
    private static final int DAYS_OF_USE_IN_TEMPORARY = 5;
    /** As long as {@code initdb} may take, and some more for unpacking; measured were 15 s on a busy machine. */
    private static final Duration FILLING_LIMIT = Duration.ofMinutes(4);

    private static final String CONTENT = "content";
    private static final String MANIFEST = "manifest";
    private static final String GROWING = ".growing";
    private static final String BROKEN = ".broken";

    private final Path root;
    private final int daysOfUse;
    private final Clock clock;

    private Cache(Path root, int daysOfUse, Clock clock) {
        this.root = root;
        this.daysOfUse = daysOfUse;
        this.clock = clock;
    }

    /** Fills a directory that does not exist yet. */
    @FunctionalInterface
    interface Filling {
        void fill(Path directory) throws IOException;
    }

    /**
     * Returns the cache of this user.
     *
     * @throws DatabaseException if it cannot be written where the user has named the place; where nobody has, the temporary
     *     directory takes its part
     */
    static Cache ofUser() {
        return at(CachePlace.ofUser(), Scratch.ofUser(), Clock.systemUTC());
    }

    static Cache at(CachePlace place, Scratch scratch, Clock clock) {
        if (place.directory().isPresent()) {
            Path directory = place.directory().get();
            try {
                PrivateDirectory.make(directory);
                return new Cache(directory, DAYS_OF_USE, clock);
            } catch (IOException e) {
                if (place.named()) {
                    throw unusable(directory, e);
                }
                LOG.info("{} cannot be written, so the cache is in {}", directory, scratch.cache(), e);
            }
        }
        try {
            Files.createDirectories(scratch.cache());
            return new Cache(scratch.cache(), DAYS_OF_USE_IN_TEMPORARY, clock);
        } catch (IOException e) {
            throw unusable(scratch.cache(), e);
        }
    }

    private static DatabaseException unusable(Path directory, IOException cause) {
        return new Explanation(
                        "No cache for the embedded PostgreSQL",
                        directory + " can be written by this user, and by nobody else",
                        cause.toString(),
                        "make it writable, or name another one with -D" + CachePlace.SETTING + ";\n" + "-D"
                                + CachePlace.SETTING + "=off keeps everything in the temporary directory")
                .toException(cause);
    }

    Path root() {
        return root;
    }

    /**
     * Returns an entry, for use where it is; its files are looked at, but not read.
     *
     * @param filling makes it, where there is none
     */
    Path directory(String key, Filling filling) throws IOException {
        Entry entry = entry(key);
        if (!entry.seemsWhole()) {
            make(entry, filling);
        }
        return entry.content();
    }

    /**
     * Copies an entry to a place where nothing is yet, and checks all of it on the way.
     *
     * @param filling makes it, where there is none
     */
    void copy(String key, Filling filling, Path target) throws IOException {
        Entry entry = entry(key);
        if (!entry.copied(target)) {
            FileTrees.delete(target);
            make(entry, filling);
            if (!entry.copied(target)) {
                throw new IOException("the files in " + entry.path + " change while they are read");
            }
        }
    }

    private void make(Entry entry, Filling filling) throws IOException {
        try (CacheLock lock = CacheLock.take(lockFile(), FILLING_LIMIT)) {
            removeAside();
            if (entry.isWhole()) {
                LOG.debug("another JVM was faster to make {}", entry.path);
                return;
            }
            if (Files.exists(entry.path, NOFOLLOW_LINKS)) {
                LOG.info("{} is not whole any more and is made anew", entry.path);
                Path broken = aside(entry.path, BROKEN);
                Files.move(entry.path, broken, ATOMIC_MOVE);
                FileTrees.delete(broken);
            }
            grow(entry, filling);
        }
    }

    private void grow(Entry entry, Filling filling) throws IOException {
        Path growing = Files.createDirectory(aside(entry.path, GROWING));
        boolean grown = false;
        try {
            Path content = growing.resolve(CONTENT);
            filling.fill(content);
            Manifest.of(content).write(growing.resolve(MANIFEST));
            syncAll(growing);
            Files.move(growing, entry.path, ATOMIC_MOVE);
            sync(root);
            grown = true;
        } finally {
            if (!grown) {
                FileTrees.delete(growing);
            }
        }
    }

    private static Path aside(Path entry, String kind) {
        return entry.resolveSibling(
                entry.getFileName() + "-" + UUID.randomUUID().toString().substring(0, 8) + kind);
    }

    /** Brings a directory to the disk. The file system joins what is asked for at once: with four threads 0.6 s, not 3.4. */
    private static void syncAll(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            paths.toList().parallelStream().forEach(Cache::syncOne);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void syncOne(Path path) {
        try {
            sync(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Windows can do it only with what is open for writing; there the manifest alone has to tell. */
    private static void sync(Path path) throws IOException {
        if (!Platform.current().system().equals("Windows") && !Files.isSymbolicLink(path)) {
            try (FileChannel channel = FileChannel.open(path, READ)) {
                channel.force(true);
            }
        }
    }

    /** Removes entries that have had their time, and what a killed JVM has left. Does not wait, and does not throw. */
    void sweep() {
        try (CacheLock lock = CacheLock.tryToTake(lockFile()).orElse(null)) {
            if (lock != null) {
                removeAside();
                remove(this::isOutdated);
            }
        } catch (IOException e) {
            LOG.debug("could not remove old entries of {}", root, e);
        }
    }

    private void removeAside() throws IOException {
        remove(name -> name.endsWith(GROWING) || name.endsWith(BROKEN));
    }

    private void remove(Predicate<String> names) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, Files::isDirectory)) {
            for (Path entry : entries) {
                if (names.test(entry.getFileName().toString())) {
                    FileTrees.delete(entry);
                }
            }
        }
    }

    private boolean isOutdated(String name) {
        String period = name.substring(name.lastIndexOf('.') + 1);
        return !period.matches("\\d{1,9}") || Long.parseLong(period) < period() - 1;
    }

    private Path lockFile() {
        return root.resolve("lock");
    }

    private long period() {
        return LocalDate.now(clock).toEpochDay() / daysOfUse;
    }

    private Entry entry(String key) {
        return new Entry(root.resolve(key + "." + period()));
    }

    /** A directory with the content and its manifest. */
    private record Entry(Path path) {
        Path content() {
            return path.resolve(CONTENT);
        }

        private Optional<Manifest> manifest() {
            return Manifest.read(path.resolve(MANIFEST));
        }

        boolean seemsWhole() throws IOException {
            Optional<Manifest> manifest = manifest();
            return manifest.isPresent() && manifest.get().seemsWhole(content());
        }

        boolean isWhole() throws IOException {
            Optional<Manifest> manifest = manifest();
            return manifest.isPresent() && manifest.get().isWhole(content());
        }

        boolean copied(Path target) throws IOException {
            Optional<Manifest> manifest = manifest();
            return manifest.isPresent() && manifest.get().copy(content(), target);
        }
    }
}
