package dev.zdm.database;

import dev.zdm.postgres.LogEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log files of a directory, from one to the next in the order of their names.
 *
 * <p>It looks for a next file every {@value #LOOK_MILLIS} ms only: listing a directory costs ten times what it does to
 * see that a file has not grown. What the server writes into the next file meanwhile is read later, but in order.
 */
final class LogTail implements ServerLog {
    private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
    private static final int CHUNK = 1 << 16;
    private static final int LOOK_MILLIS = 100;

    private final Path directory;
    private final LogFormat format;
    private final LogRecords records;
    private final LongSupplier nanoTime;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    private long lookAgain;
    private @Nullable Path file;
    private @Nullable FileChannel channel;
    private long position;

    private LogTail(Path directory, LogFormat format, LongSupplier nanoTime) {
        this.directory = directory;
        this.format = format;
        this.records = new LogRecords(format);
        this.nanoTime = nanoTime;
        this.lookAgain = nanoTime.getAsLong();
    }

    /** Returns a reader of everything in the directory. */
    static LogTail fromStart(Path directory, LogFormat format) {
        return fromStart(directory, format, System::nanoTime);
    }

    /** Returns a reader of everything in the directory that looks for new files by the given clock. */
    static LogTail fromStart(Path directory, LogFormat format, LongSupplier nanoTime) {
        return new LogTail(directory, format, nanoTime);
    }

    /** Returns a reader of what will be written from now on. */
    static LogTail fromEnd(Path directory, LogFormat format) {
        LogTail tail = new LogTail(directory, format, System::nanoTime);
        try {
            for (Optional<Path> next = tail.next(); next.isPresent(); next = tail.next()) {
                tail.open(next.get());
            }
            if (tail.channel != null) {
                tail.position = tail.channel.size();
            }
            return tail;
        } catch (IOException e) {
            tail.close();
            throw unreadable(directory, e);
        }
    }

    @Override
    public List<LogEntry> poll() {
        List<LogEntry> entries = new ArrayList<>();
        try {
            readInto(entries);
            long now = nanoTime.getAsLong();
            if (now - lookAgain < 0) {
                return entries;
            }
            lookAgain = now + TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
            for (Optional<Path> next = next(); next.isPresent(); next = next()) {
                // Now that there is another file this one is complete; it may have grown since it was read.
                readInto(entries);
                open(next.get());
                readInto(entries);
            }
            return entries;
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.debug("could not close {}", file, e);
        }
    }

    @Override
    public long lost() {
        return records.lost();
    }

    private Optional<Path> next() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(other -> other.toString().endsWith(format.suffix()))
                    .filter(other -> file == null || other.compareTo(file) > 0)
                    .min(Path::compareTo);
        }
    }

    private void open(Path next) throws IOException {
        close();
        channel = FileChannel.open(next);
        position = 0;
        file = next;
        records.endOfFile();
    }

    private void readInto(List<LogEntry> entries) throws IOException {
        if (channel == null) {
            return;
        }
        long size = channel.size();
        if (size == position) {
            return;
        }
        if (size < position) {
            // The file was emptied under the server's hands, which goes on at its begin.
            records.lose();
            records.endOfFile();
            position = 0;
        }
        chunk.clear();
        while (channel.read(chunk, position) > 0) {
            position += chunk.position();
            byte[] bytes = new byte[chunk.position()];
            chunk.flip().get(bytes);
            chunk.clear();
            records.take(bytes, entries);
        }
    }

    private static DatabaseException unreadable(Path directory, IOException cause) {
        return new DatabaseException("the server's log in " + directory + " cannot be read", cause);
    }
}
