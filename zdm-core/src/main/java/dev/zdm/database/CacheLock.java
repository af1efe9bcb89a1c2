package dev.zdm.database;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to change the cache: one thread of one JVM of this machine has it. The system releases it with the process,
 * whichever way that ends.
 */
final class CacheLock implements AutoCloseable {
    /** Who closes a file of its own loses all its locks on it; so a JVM opens it once at a time. */
    private static final ReentrantLock THIS_JVM = new ReentrantLock();

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final FileChannel channel;

    private CacheLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for the lock.
     *
     * @throws DatabaseException if another JVM keeps it longer than the limit, or the thread is interrupted
     */
    static CacheLock take(Path file, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<CacheLock> lock = tryToTake(file);
            if (lock.isPresent()) {
                return lock.get();
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new DatabaseException("interrupted while waiting for another JVM that fills " + file.getParent());
            }
            if (System.nanoTime() > deadline) {
                throw new Explanation(
                                "No PostgreSQL from the cache",
                                "the JVM that fills " + file.getParent() + " is ready within " + limit.toSeconds()
                                        + " s",
                                "it keeps " + file + " locked",
                                "end the JVM that hangs, or name another directory with -D" + CachePlace.SETTING)
                        .toException();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Returns the lock if nobody has it. */
    static Optional<CacheLock> tryToTake(Path file) throws IOException {
        if (!THIS_JVM.tryLock()) {
            return Optional.empty();
        }
        boolean taken = false;
        try {
            FileChannel channel = FileChannel.open(file, CREATE, WRITE);
            taken = locked(channel);
            return taken ? Optional.of(new CacheLock(channel)) : Optional.empty();
        } finally {
            if (!taken) {
                THIS_JVM.unlock();
            }
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
            return locked;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            THIS_JVM.unlock();
        }
    }
}
