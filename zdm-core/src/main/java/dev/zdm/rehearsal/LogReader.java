package dev.zdm.rehearsal;

import dev.zdm.database.DatabaseException;
import dev.zdm.observation.ContentionSummary;
import dev.zdm.observation.LockSampler.LateLook;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.LockWaitSources;
import dev.zdm.observation.LockWaitTracker;
import dev.zdm.observation.MigrationTimeline;
import dev.zdm.postgres.LogEntry;
import dev.zdm.postgres.Relation;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Reads the server's log of one phase to its very end, and what the sampler saw beside it. For use by one thread.
 *
 * <p>A log that cannot be read, or not to its end, is left to the sampler; {@link WaitSight} says what that means.
 */
final class LogReader {
    private static final long END_SECONDS = 20;

    private final Stage stage;
    private final LockWaitTracker tracker;
    private final List<String> troubles = new ArrayList<>();
    private final long lostBefore;
    private boolean ended;
    private final Map<Long, Relation> names = new HashMap<>();

    LogReader(Stage stage, MigrationTimeline timeline) throws SQLException {
        this.stage = stage;
        this.lostBefore = stage.log().lost();
        stage.log().unreadable().ifPresent(this::giveUp);
        if (!ended) {
            troubles.addAll(stage.observer().logTroubles());
        }
        stage.locks().takeLongestGap();
        stage.locks().takeLateLooks();
        this.names.putAll(stage.observer().relationNames());
        this.tracker = new LockWaitTracker(new LockWaitSources(
                stage.database().name(), stage.sessions(), timeline, oid -> Optional.ofNullable(names.get(oid))));
    }

    /** What was found out about waits, and how well. */
    record Waits(List<LockWait> waits, List<ContentionSummary> contention, WaitSight sight) {}

    void poll() {
        read();
    }

    private List<LogEntry> read() {
        tracker.accept(stage.locks());
        if (ended) {
            return List.of();
        }
        try {
            List<LogEntry> entries = stage.log().poll();
            entries.forEach(tracker::accept);
            return entries;
        } catch (DatabaseException e) {
            giveUp(String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    private void giveUp(String reason) {
        troubles.add(reason);
        ended = true;
    }

    /** Reads on until everything that happened so far has been read. */
    Waits finish() throws SQLException, InterruptedException {
        String mark = "zdm " + UUID.randomUUID();
        stage.observer().relationNames().forEach(names::putIfAbsent);
        if (!ended) {
            stage.observer().mark(mark);
        }
        if (!awaitEnd(
                () -> ended || read().stream().anyMatch(entry -> entry.message().equals(mark)), System::nanoTime)) {
            giveUp("the server's log ended before the phase did: what was written into it did not show within "
                    + END_SECONDS + " s");
        }
        ended = true;
        tracker.accept(stage.locks());
        List<LockWait> waits = tracker.finish(stage.clock().now());
        return new Waits(waits, tracker.contention(), sight());
    }

    /** Looks again and again whether the end is there; false: it did not come in time. */
    static boolean awaitEnd(BooleanSupplier isThere, LongSupplier nanoTime) throws InterruptedException {
        long deadline = nanoTime.getAsLong() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        while (!isThere.getAsBoolean()) {
            if (nanoTime.getAsLong() - deadline > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return true;
    }

    private WaitSight sight() {
        long lost = stage.log().lost() - lostBefore;
        if (lost > 0) {
            troubles.add("parts of the server's log were cut or could not be understood (" + lost + " of them)");
        }
        return WaitSight.of(
                troubles,
                stage.locks().failure(),
                stage.locks().takeLongestGap(),
                stage.locks().takeLateLooks().stream()
                        .filter(late -> stage.slowRuns().mayHaveWaited(late.previous(), late.look()))
                        .map(LateLook::gap)
                        .max(Comparator.naturalOrder()));
    }
}
