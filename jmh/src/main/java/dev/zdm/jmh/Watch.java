package dev.zdm.jmh;

import dev.zdm.database.Database;
import dev.zdm.database.PostgresServer;
import dev.zdm.database.ServerLog;
import dev.zdm.observation.ContentionSummary;
import dev.zdm.observation.LockSampler;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.LockWaitSources;
import dev.zdm.observation.LockWaitTracker;
import dev.zdm.observation.MigrationTimeline;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.SessionRegistry;
import dev.zdm.observation.SessionRole;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.LogEntry;
import dev.zdm.postgres.Relation;
import dev.zdm.workload.LoadListener;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Observes the lock waits of one database as a rehearsal does: registry, log and sampler, read every 5 ms. */
final class Watch implements LoadListener, AutoCloseable {
    /** What the waits are taken from. */
    enum Source {
        LOG,
        SAMPLER
    }

    private static final String END = "the end of the benchmark";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    final SessionRegistry sessions = new SessionRegistry();
    final MigrationTimeline timeline = new MigrationTimeline();
    final LockSampler sampler;

    private final Database database;
    private final Set<Source> sources;
    private final ServerLog log;
    private final Map<Long, Relation> names = new HashMap<>();
    private final LockWaitTracker tracker;
    private final Instant base = Instant.now();
    private final long baseNanos = System.nanoTime();
    private final Thread reader = new Thread(this::read, "benchmark-log-reader");
    private volatile boolean stopped;
    private boolean ended;

    Watch(PostgresServer server, Database database, Set<Source> sources) throws SQLException {
        this.database = database;
        this.sources = sources;
        log = server.log();
        sampler = LockSampler.start(Sessions.open(database), Sessions.open(database), this::at);
        readNames();
        tracker = new LockWaitTracker(
                new LockWaitSources(database.name(), sessions, timeline, oid -> Optional.ofNullable(names.get(oid))));
        reader.setDaemon(true);
        reader.start();
    }

    Instant at(long nanos) {
        return base.plusNanos(nanos - baseNanos);
    }

    Instant now() {
        return at(System.nanoTime());
    }

    private void readNames() throws SQLException {
        String query =
                "select c.oid::bigint, nspname, relname from pg_class c join pg_namespace n on n.oid = relnamespace";
        try (Connection connection = Sessions.open(database);
                PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                names.put(rows.getLong(1), new Relation(rows.getString(2), rows.getString(3)));
            }
        }
    }

    private void read() {
        while (!stopped) {
            poll();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private void poll() {
        if (sources.contains(Source.SAMPLER)) {
            tracker.accept(sampler);
        }
        for (LogEntry entry : log.poll()) {
            ended |= entry.message().equals(END);
            if (sources.contains(Source.LOG)) {
                tracker.accept(entry);
            }
        }
    }

    /** Returns all waits; the watch is over then. */
    List<LockWait> finish() {
        stopped = true;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Sessions.run(database, "do $$ begin raise log '" + END + "'; end $$");
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!ended) {
            poll();
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the log does not end");
            }
        }
        return tracker.finish(now());
    }

    /** Returns, after the end, how many waits the migration had no part in. */
    long contended() {
        return tracker.contention().stream().mapToLong(ContentionSummary::count).sum();
    }

    @Override
    public void sessionUsed(VersionRole version, @Nullable OperationName operation, int pid) {
        sessions.register(pid, SessionRole.of(version));
        if (operation != null) {
            sessions.operationStarted(pid, operation, now());
        }
    }

    @Override
    public void sessionReleased(int pid) {
        sessions.operationEnded(pid, now());
    }

    @Override
    public void ended(Outcome outcome, @Nullable Throwable failure) {
        // Latencies are somebody else's.
    }

    @Override
    public boolean isWanted(OperationName operation, int worker) {
        return false;
    }

    @Override
    public void close() throws SQLException {
        stopped = true;
        try (log) {
            sampler.close();
        }
    }
}
