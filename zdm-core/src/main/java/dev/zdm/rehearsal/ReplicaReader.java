package dev.zdm.rehearsal;

import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** A session that reads on a replica, on a thread of its own. Controlled by one thread. */
final class ReplicaReader implements AutoCloseable {
    private static final long END_MILLIS = 5_000;
    private static final long START_SECONDS = 30;

    private final Connection connection;
    private final int pid;
    private volatile @Nullable String error;
    private volatile boolean closed;
    private volatile long began;
    private volatile long ended;
    private @Nullable Thread thread;

    private ReplicaReader(Connection connection) throws SQLException {
        this.connection = connection;
        this.pid = connection.unwrap(PGConnection.class).getBackendPID();
    }

    /** Opens a session whose transaction has read these tables; none: it is idle. */
    static ReplicaReader open(String url, Properties credentials, List<Relation> tables) throws SQLException {
        Connection connection = ReplicaStage.session(url, credentials);
        try (Statement statement = connection.createStatement()) {
            if (!tables.isEmpty()) {
                connection.setAutoCommit(false);
            }
            for (Relation table : tables) {
                statement.execute("select from " + table.qualified() + " limit 0");
            }
            return new ReplicaReader(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Begins a query that does not end by itself, and returns when it runs. */
    void readForLong() throws SQLException, InterruptedException {
        run("select pg_sleep(86400)");
        try (Connection other = ReplicaStage.session(connection.getMetaData().getURL(), user())) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
            while (!is("exists(select from pg_stat_activity where pid = ? and wait_event = 'PgSleep')", other)
                    && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(2);
            }
        }
    }

    private Properties user() throws SQLException {
        Properties user = new Properties();
        user.setProperty("user", connection.getMetaData().getUserName());
        return user;
    }

    /** Begins to read one table, in a transaction of its own. */
    void readOnce(Relation table) {
        run("select from " + table.qualified() + " limit 1");
    }

    private void run(String query) {
        Thread reading = new Thread(() -> read(query), "zdm replica reader");
        reading.setDaemon(true);
        began = System.nanoTime();
        thread = reading;
        reading.start();
    }

    private void read(String query) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(query);
        } catch (SQLException e) {
            if (!closed) {
                error = "SQLSTATE " + SqlState.of(e) + ": " + e.getMessage();
            }
        } finally {
            ended = System.nanoTime();
        }
    }

    /** Returns whether the replay keeps it waiting now, as a session of the same server sees it. */
    boolean isBlocked(Connection observer) throws SQLException {
        return is(
                "(select pid from pg_stat_activity where backend_type = 'startup') = any (pg_blocking_pids(?))",
                observer);
    }

    private boolean is(String condition, Connection observer) throws SQLException {
        try (PreparedStatement statement = observer.prepareStatement("select " + condition)) {
            statement.setInt(1, pid);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** Returns why the server ended what it read; null: it did not. */
    @Nullable
    String error() {
        return error;
    }

    /** Returns how long it has been reading, or read. */
    Duration took() {
        return Duration.ofNanos((ended == 0 ? System.nanoTime() : ended) - began);
    }

    /** Cancels what it reads, waits for the end of that, and closes the session. */
    @Override
    public void close() throws SQLException {
        if (closed) {
            return;
        }
        closed = true;
        try (connection) {
            if (!connection.isClosed()) {
                connection.unwrap(PGConnection.class).cancelQuery();
            }
            if (thread != null) {
                thread.join(END_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
