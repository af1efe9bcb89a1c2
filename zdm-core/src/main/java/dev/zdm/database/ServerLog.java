package dev.zdm.database;

import dev.zdm.postgres.LogEntry;
import java.util.List;

/** Reads a server's log as it grows. For use by one thread. */
public interface ServerLog extends AutoCloseable {
    /** Returns the complete entries written since the last call, oldest first; empty if there are none. */
    List<LogEntry> poll();

    @Override
    void close();
}
