package dev.zdm.observation;

import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.LogEntry;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A server log made by hand; all times are milliseconds since its begin. */
final class LockLog {
    static final int MIGRATION = 100;
    static final int APP = 201;
    static final int APP2 = 202;
    static final int APP3 = 203;
    static final int BLOCKER = 300;
    static final int STRANGER = 900;

    static final String READ = "AccessShareLock";
    static final String WRITE = "RowExclusiveLock";
    static final String SHARE = "ShareLock";
    static final String EXCLUSIVE = "ExclusiveLock";
    static final String ALTER = "AccessExclusiveLock";
    static final String CUSTOMER = "relation 16385 of database 5";

    static final OperationName FIND = new OperationName(VersionRole.OLD, "find");
    static final SqlStatement EARLIER = new SqlStatement("select 1", "V2.sql", 1);
    static final SqlStatement DDL = new SqlStatement("alter table customer add token uuid", "V2.sql", 3);

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    final SessionRegistry sessions = new SessionRegistry();
    final MigrationTimeline timeline = new MigrationTimeline();
    private final LockWaitTracker tracker;

    LockLog() {
        this(HeldLocks.UNKNOWN);
    }

    LockLog(HeldLocks held) {
        sessions.register(MIGRATION, SessionRole.MIGRATION);
        sessions.register(APP, SessionRole.OLD_VERSION);
        sessions.register(APP2, SessionRole.OLD_VERSION);
        sessions.register(APP3, SessionRole.NEW_VERSION);
        sessions.register(BLOCKER, SessionRole.BLOCKER);
        tracker = new LockWaitTracker(
                new LockWaitSources(
                        "zdm",
                        sessions,
                        timeline,
                        oid -> oid == 16385 ? Optional.of(new Relation("public", "customer")) : Optional.empty()),
                held);
    }

    static Instant at(double millis) {
        return BEGIN.plusNanos(Math.round(millis * 1_000_000));
    }

    static List<Integer> pids(Integer... pids) {
        return Arrays.asList(pids);
    }

    /** A session begins to wait; the server says so a millisecond later. */
    LockLog waits(double begin, int pid, String mode, String target, List<Integer> holders, List<Integer> queue) {
        return line(begin + 1, pid, "still waiting for " + mode + " on " + target, 1, detail(holders, queue));
    }

    LockLog acquires(double begin, double end, int pid, String mode, String target) {
        return line(end, pid, "acquired " + mode + " on " + target, end - begin, null);
    }

    LockLog line(double time, int pid, String what, double waited, @Nullable String detail) {
        return entry(time, pid, "zdm", "LOG", "process %d %s after %.3f ms".formatted(pid, what, waited), detail);
    }

    LockLog error(double time, int pid, String message) {
        return entry(time, pid, "zdm", "ERROR", message, null);
    }

    LockLog entry(
            double time, int pid, @Nullable String database, String severity, String message, @Nullable String detail) {
        tracker.accept(new LogEntry(at(time), pid, database, null, severity, null, message, detail, null));
        return this;
    }

    /** The sampler sees the lock table. */
    LockLog snapshot(LockSnapshot snapshot) {
        tracker.accept(List.of(snapshot));
        return this;
    }

    /** The sampler rests. */
    LockLog noSnapshot() {
        tracker.accept(List.of());
        return this;
    }

    List<LockWait> finish(double end) {
        return tracker.finish(at(end));
    }

    List<ContentionSummary> contention() {
        return tracker.contention();
    }

    static String detail(List<Integer> holders, List<Integer> queue) {
        return (holders.size() == 1 ? "Process" : "Processes") + " holding the lock: " + list(holders)
                + ". Wait queue: " + list(queue) + ".";
    }

    static LockWait waitOf(List<LockWait> waits, int pid) {
        List<LockWait> found =
                waits.stream().filter(wait -> wait.waiterPid() == pid).toList();
        if (found.size() != 1) {
            throw new AssertionError("expected one wait of " + pid + ", found " + found);
        }
        return found.get(0);
    }

    static Duration millis(double millis) {
        return Duration.ofNanos(Math.round(millis * 1_000_000));
    }

    private static String list(List<Integer> pids) {
        return pids.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
