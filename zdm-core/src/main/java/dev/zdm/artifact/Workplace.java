package dev.zdm.artifact;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory for one build, below {@code java.io.tmpdir}. It goes when it is closed, and if its JVM is killed, when the
 * next one is made: a lock on a file beside it says that its JVM lives, and the system releases it with the process.
 */
final class Workplace implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workplace.class);
    private static final String LOCK = ".lock";

    /** Begins the names of this JVM's directories: to open and close one's own lock file would release its lock. */
    private static final String OWN = ProcessHandle.current().pid() + "-";

    private final Path directory;
    private final FileChannel lock;

    private Workplace(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Makes a directory, and removes those of JVMs that are gone.
     *
     * @param temporary where; usually {@code java.io.tmpdir}
     */
    static Workplace create(Path temporary) throws IOException {
        String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9._-]", "_");
        Path root = Files.createDirectories(temporary.toAbsolutePath().resolve("zdm-" + user + "-builds"));
        sweep(root);
        Path directory = root.resolve(OWN + UUID.randomUUID());
        FileChannel lock = FileChannel.open(lockOf(directory), CREATE_NEW, WRITE);
        try {
            lock.lock();
            return new Workplace(Files.createDirectory(directory), lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    Path directory() {
        return directory;
    }

    private static Path lockOf(Path directory) {
        return directory.resolveSibling(directory.getFileName() + LOCK);
    }

    private static void sweep(Path root) throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(root, "*" + LOCK)) {
            for (Path file : locks) {
                String name = file.getFileName().toString();
                if (!name.startsWith(OWN)) {
                    removeIfOrphaned(file, root.resolve(name.substring(0, name.length() - LOCK.length())));
                }
            }
        }
    }

    private static void removeIfOrphaned(Path file, Path directory) {
        try (FileChannel channel = FileChannel.open(file, WRITE);
                FileLock held = channel.tryLock()) {
            if (held != null) {
                remove(directory);
                Files.deleteIfExists(file);
            }
        } catch (IOException | OverlappingFileLockException e) {
            LOG.debug("could not remove {}", directory, e);
        }
    }

    @Override
    public void close() {
        try {
            remove(directory);
            lock.close();
            Files.deleteIfExists(lockOf(directory));
        } catch (IOException e) {
            LOG.warn("could not remove {}; the next build will", directory, e);
        }
    }

    private static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
