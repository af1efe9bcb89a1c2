package dev.zdm.rehearsal;

import dev.zdm.observation.ContentionSummary;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.LockWaitSources;
import dev.zdm.observation.LockWaitTracker;
import dev.zdm.observation.MigrationTimeline;
import dev.zdm.postgres.LogEntry;
import dev.zdm.postgres.Relation;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Reads the server's log of one phase to its very end. For use by one thread. */
final class LogReader {
    private static final long END_SECONDS = 20;

    private final Stage stage;
    private final LockWaitTracker tracker;
    private final Map<Long, Relation> names = new HashMap<>();

    LogReader(Stage stage, MigrationTimeline timeline) throws SQLException {
        this.stage = stage;
        this.names.putAll(stage.observer().relationNames());
        this.tracker = new LockWaitTracker(new LockWaitSources(
                stage.database().name(), stage.sessions(), timeline, oid -> Optional.ofNullable(names.get(oid))));
    }

    /** What the log told about waits. */
    record Waits(List<LockWait> waits, List<ContentionSummary> contention) {}

    void poll() {
        stage.log().poll().forEach(tracker::accept);
    }

    /** Reads on until everything that happened so far has been read. */
    Waits finish() throws SQLException {
        String mark = "zdm " + UUID.randomUUID();
        stage.observer().relationNames().forEach(names::putIfAbsent);
        stage.observer().mark(mark);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        boolean seen = false;
        while (!seen) {
            for (LogEntry entry : stage.log().poll()) {
                seen |= entry.message().equals(mark);
                tracker.accept(entry);
            }
            if (!seen && System.nanoTime() > deadline) {
                throw new IllegalStateException("the server's log did not show the mark '" + mark + "' within "
                        + END_SECONDS + " s: expected a log that zdm can read, found one without it");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        List<LockWait> waits = tracker.finish(stage.clock().now());
        return new Waits(waits, tracker.contention());
    }
}
