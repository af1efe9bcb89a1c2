package dev.zdm.database;

import dev.zdm.postgres.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Waits for entries of a log. */
final class LogEntries {
    private LogEntries() {}

    static LogEntry until(ServerLog log, Predicate<LogEntry> wanted) {
        List<LogEntry> found = new ArrayList<>();
        Eventually.holds("the log has the entry", () -> {
            log.poll().stream().filter(wanted).forEach(found::add);
            return !found.isEmpty();
        });
        return found.get(0);
    }
}
