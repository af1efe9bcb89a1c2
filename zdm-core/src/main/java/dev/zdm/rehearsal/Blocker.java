package dev.zdm.rehearsal;

import dev.zdm.observation.SessionRegistry;
import dev.zdm.observation.SessionRole;
import dev.zdm.plan.BlockingSession;
import dev.zdm.plan.PlanException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** The plan's session in the way: a transaction that stays open for a while. */
final class Blocker implements AutoCloseable {
    private static final long JOIN_MILLIS = 50;

    private final Connection connection;
    private final int pid;
    private final CountDownLatch released = new CountDownLatch(1);
    private final Thread holder;
    private volatile @Nullable Statement running;

    /** Begins the transaction and runs its statements; on return they are done and the transaction is open. */
    Blocker(Connection connection, BlockingSession session, SessionRegistry sessions) throws SQLException {
        this.connection = connection;
        pid = connection.unwrap(PGConnection.class).getBackendPID();
        sessions.register(pid, SessionRole.BLOCKER);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : session.statements()) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            end();
            throw new PlanException("the blocking session failed: " + e.getMessage(), e);
        }
        holder = new Thread(() -> hold(session), "zdm blocking session");
        holder.setDaemon(true);
        holder.start();
    }

    /** Returns the session's backend. */
    int pid() {
        return pid;
    }

    private void hold(BlockingSession session) {
        try {
            if (session.busy()) {
                run("select pg_sleep(" + session.hold().toMillis() / 1000.0 + ")");
            } else {
                released.await(session.hold().toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private void run(String query) {
        try (Statement statement = connection.createStatement()) {
            running = statement;
            if (released.getCount() > 0) {
                statement.execute(query);
            }
        } catch (SQLException e) {
            // Cancelled by the release, or by somebody who wants it out of the way.
        }
    }

    /** Lets the transaction end; does not wait for it. */
    void release() {
        released.countDown();
        Statement query = running;
        try {
            if (query != null) {
                query.cancel();
            }
        } catch (SQLException e) {
            // It has ended by itself.
        }
    }

    private @Nullable SQLException end() {
        try (connection) {
            connection.rollback();
            return null;
        } catch (SQLException e) {
            return e; // The session was ended by somebody else: it is out of the way all the same.
        }
    }

    /** Ends the transaction if it is still open, and returns when it is over. */
    @Override
    public void close() {
        try {
            do {
                release(); // A cancel that comes before the query does is lost.
                holder.join(JOIN_MILLIS);
            } while (holder.isAlive());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
