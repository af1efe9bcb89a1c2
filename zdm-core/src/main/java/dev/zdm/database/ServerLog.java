package dev.zdm.database;

import dev.zdm.postgres.LogEntry;
import java.util.List;
import java.util.Optional;

/** Reads a server's log as it grows. For use by one thread. */
public interface ServerLog extends AutoCloseable {
    /**
     * Returns the complete entries written since the last call, oldest first; empty if there are none. After the server
     * has changed to another file, entries may come with a later call.
     */
    List<LogEntry> poll();

    /**
     * Returns how many parts of the log could not be read so far: records that were cut, files that were cut short,
     * lines that are no records. What they said is lost.
     */
    default long lost() {
        return 0;
    }

    /** Returns why the log cannot be read at all; empty: it can. */
    default Optional<String> unreadable() {
        return Optional.empty();
    }

    /**
     * Returns a log that is never read, for a server whose log is out of reach.
     *
     * @param reason why, in words
     */
    static ServerLog unreadable(String reason) {
        return new ServerLog() {
            @Override
            public List<LogEntry> poll() {
                return List.of();
            }

            @Override
            public Optional<String> unreadable() {
                return Optional.of(reason);
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }

    @Override
    void close();
}
