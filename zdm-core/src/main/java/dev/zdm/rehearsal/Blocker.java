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
    private final Connection connection;
    private final CountDownLatch released = new CountDownLatch(1);
    private final Thread holder;

    /** Begins the transaction and runs its statements; on return they are done and the transaction is open. */
    Blocker(Connection connection, BlockingSession session, SessionRegistry sessions) throws SQLException {
        this.connection = connection;
        sessions.register(connection.unwrap(PGConnection.class).getBackendPID(), SessionRole.BLOCKER);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : session.statements()) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            end();
            throw new PlanException("the blocking session failed: " + e.getMessage(), e);
        }
        holder = new Thread(() -> hold(session.hold().toNanos()), "zdm blocking session");
        holder.setDaemon(true);
        holder.start();
    }

    private void hold(long nanos) {
        try {
            released.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
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
        released.countDown();
        try {
            holder.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
