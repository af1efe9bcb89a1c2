package dev.zdm.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.database.ServerLog;
import dev.zdm.postgres.LogEntry;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** Sessions on a real server, and the tracker that reads its log. For use by one test. */
final class LockLab implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    final SessionRegistry sessions = new SessionRegistry();
    final MigrationTimeline timeline = new MigrationTimeline();
    final List<LogEntry> entries = new ArrayList<>();

    private final Database database;
    private final ServerLog log;
    private final LockWaitTracker tracker;
    private final Session observer;
    private final LockSampler sampler;
    private final Instant base = Instant.now();
    private final long baseNanos = System.nanoTime();
    /** Whether the sampler watches the migration; otherwise only the log tells. */
    boolean sampling = true;
    /** Whether the log is read; otherwise only the sampler tells. */
    boolean reading = true;

    private final List<Session> open = new ArrayList<>();

    LockLab(EmbeddedServer server, String schema) {
        database = server.fresh(schema, empty -> run(empty, schema));
        log = server.log();
        observer = open(SessionRole.OBSERVER);
        tracker = new LockWaitTracker(new LockWaitSources(database.name(), sessions, timeline, observer::relation));
        try {
            sampler = LockSampler.start(connect(database), connect(database), this::at);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Instant at(long nanos) {
        return base.plusNanos(nanos - baseNanos);
    }

    static EmbeddedServer server() {
        return EmbeddedServer.start(
                EmbeddedSettings.defaults().withoutDurability().withServerSetting("autovacuum", "off"));
    }

    Session open(SessionRole role) {
        try {
            Session session = new Session(connect(database), role);
            open.add(session);
            return session;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns when the server has logged that the session waits for a lock. */
    void awaitLogged(Session session) {
        await(() -> {
            poll();
            return entries.stream()
                    .anyMatch(entry -> entry.pid() == session.pid
                            && entry.message().startsWith("process " + session.pid + " still waiting"));
        });
    }

    void poll() {
        tracker.accept(sampler);
        List<LogEntry> more = log.poll();
        if (reading) {
            more.forEach(tracker::accept);
        }
        entries.addAll(more);
    }

    List<LockWait> finish() {
        observer.run("do $$ begin raise log 'the end'; end $$");
        await(() -> {
            poll();
            return entries.stream().anyMatch(entry -> entry.message().equals("the end"));
        });
        return tracker.finish(Instant.now());
    }

    List<ContentionSummary> contention() {
        return tracker.contention();
    }

    @Override
    public void close() {
        open.forEach(Session::close);
        try {
            sampler.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        log.close();
        database.close();
    }

    static void await(BooleanSupplier condition) {
        Instant limit = Instant.now().plus(LIMIT);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).isBefore(limit);
            Thread.onSpinWait();
        }
    }

    private static Connection connect(Database database) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.credentials());
    }

    private static void run(Database database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One session with a thread of its own. */
    final class Session implements AutoCloseable {
        final int pid;
        private final Connection connection;
        private final SessionRole role;
        private final ExecutorService thread;

        Session(Connection connection, SessionRole role) throws SQLException {
            this.connection = connection;
            this.role = role;
            pid = connection.unwrap(org.postgresql.PGConnection.class).getBackendPID();
            thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "session-" + pid));
            sessions.register(pid, role);
        }

        void run(String sql) {
            get(start(sql));
        }

        Future<?> start(String sql) {
            return start(() -> execute(sql));
        }

        Future<?> start(Runnable task) {
            return thread.submit(task);
        }

        /** Begins a statement that has to wait, and returns when the server has logged that it does. */
        Future<?> startAndWait(String sql) {
            Future<?> future = start(sql);
            awaitLogged(this);
            return future;
        }

        void execute(String sql) {
            boolean migration = role == SessionRole.MIGRATION;
            if (migration && sampling) {
                sampler.statementBegins(pid);
            }
            if (migration) {
                timeline.statementStarted(pid, new SqlStatement(sql, "V2.sql", 1), Instant.now());
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            } finally {
                timeline.statementEnded(pid, Instant.now());
                if (migration && sampling) {
                    sampler.transactionOpen(pid, inTransaction());
                    sampler.statementEnded(pid);
                }
            }
        }

        private boolean inTransaction() {
            try {
                return !connection.isClosed()
                        && connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE;
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        Optional<Relation> relation(long oid) {
            String sql = "select nspname, relname from pg_class c join pg_namespace n on n.oid = relnamespace"
                    + " where c.oid = ?";
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setLong(1, oid);
                ResultSet rows = statement.executeQuery();
                return rows.next() ? Optional.of(new Relation(rows.getString(1), rows.getString(2))) : Optional.empty();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        static void get(Future<?> future) {
            try {
                future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            thread.shutdownNow();
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
