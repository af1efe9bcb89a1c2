package dev.zdm.database;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one server: its data, its log and whatever is built for it. It goes with the JVM.
 *
 * <p>Three things remove it: {@link #close()}; the {@link Guardian} when the JVM dies; and {@link #sweep} of a later
 * JVM where the guardian was killed too. A lock on a file beside the directory says that its JVM is alive: the system
 * releases it with the process, whichever way that ends.
 */
final class ServerHome implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerHome.class);
    private static final String LOCK = ".lock";

    /** Begins the names of this JVM's directories: to open and close one's own lock file would release its lock. */
    private static final String OWN = ProcessHandle.current().pid()
            + "-"
            + ProcessHandle.current()
                    .info()
                    .startInstant()
                    .map(start -> Long.toString(start.toEpochMilli(), Character.MAX_RADIX))
                    .orElse("0")
            + "-";

    private final Path path;
    private final FileChannel lock;
    private final @Nullable Guardian guardian;

    private ServerHome(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
        this.guardian = Guardian.of(path);
    }

    static ServerHome create(Path servers) throws IOException {
        Path path = servers.resolve(OWN + UUID.randomUUID().toString().substring(0, 8));
        FileChannel lock = locked(lockOf(path));
        try {
            return new ServerHome(Files.createDirectory(path), lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Makes a lock file and locks it; before it is locked, a sweep of another JVM may take it for an abandoned one. */
    private static FileChannel locked(Path file) throws IOException {
        while (true) {
            FileChannel lock = FileChannel.open(file, CREATE, WRITE);
            try {
                lock.lock();
                if (Files.exists(file)) {
                    return lock;
                }
                lock.close();
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        }
    }

    private static Path lockOf(Path home) {
        return home.resolveSibling(home.getFileName() + LOCK);
    }

    Path path() {
        return path;
    }

    Path data() {
        return path.resolve("data");
    }

    /** Returns where the server writes its log. */
    Path log() {
        return path.resolve("log");
    }

    @Nullable
    Guardian guardian() {
        return guardian;
    }

    /** Removes the directory; a server that still runs in it, the guardian stops. Does not throw. */
    @Override
    public void close() {
        try (lock) {
            FileTrees.delete(path);
            Files.deleteIfExists(lockOf(path));
        } catch (IOException e) {
            LOG.warn("could not remove {}; the next start will", path, e);
        } finally {
            if (guardian != null) {
                guardian.close();
            }
        }
    }

    /** Removes a container; throws an unchecked exception if it cannot be removed. */
    @FunctionalInterface
    interface ContainerRemoval {
        void remove(ContainerMark mark);
    }

    /** Stops and removes the servers whose JVM is gone; those in containers are left to the next start of one. */
    static void sweep(Path servers) {
        sweep(servers, null);
    }

    /**
     * Stops and removes the servers whose JVM is gone. Does not throw.
     *
     * @param removal removes containers; null: they are left alone
     */
    static void sweep(Path servers, @Nullable ContainerRemoval removal) {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(servers, "*" + LOCK)) {
            for (Path lock : locks) {
                if (!lock.getFileName().toString().startsWith(OWN)) {
                    sweepOne(lock, removal);
                }
            }
        } catch (IOException e) {
            LOG.warn("could not look for abandoned servers in {}", servers, e);
        }
    }

    /** Takes the lock of none that it would leave alone: another JVM may be about to remove it, and does not wait. */
    private static void sweepOne(Path lockFile, @Nullable ContainerRemoval removal) {
        String name = lockFile.getFileName().toString();
        Path home = lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length()));
        try {
            if (removal != null || ContainerMark.of(home).isEmpty()) {
                sweepOne(lockFile, home, removal);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("could not remove the abandoned server {}", home, e);
        }
    }

    private static void sweepOne(Path lockFile, Path home, @Nullable ContainerRemoval removal) throws IOException {
        try (FileChannel channel = FileChannel.open(lockFile, WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return;
            }
            LOG.info("removing the abandoned server {}", home);
            Optional<ContainerMark> container = ContainerMark.of(home);
            if (removal != null) {
                container.ifPresent(removal::remove);
            } else if (container.isPresent()) {
                return; // Its mark was written meanwhile.
            }
            Postmaster.killIn(home.resolve("data"));
            FileTrees.delete(home);
            Files.deleteIfExists(lockFile);
        }
    }
}
