package dev.zdm.rehearsal;

import dev.zdm.change.SessionSource;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A session that cannot write and reads one snapshot per transaction; opened when it is needed, and again when it was lost.
 * For use by one thread, but for what says otherwise.
 */
final class SnapshotSession implements AutoCloseable {
    private final SessionSource sessions;
    private volatile @Nullable Connection connection;

    SnapshotSession(SessionSource sessions) {
        this.sessions = sessions;
    }

    Connection get() throws SQLException {
        Connection open = connection;
        if (open == null || open.isClosed()) {
            open = sessions.open();
            // What is prepared on the server does not outlive a change.
            open.unwrap(PGConnection.class).setPrepareThreshold(0);
            open.setReadOnly(true);
            open.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            open.setAutoCommit(false);
            connection = open;
        }
        return open;
    }

    /** Ends the transaction; a session that is lost is given up. */
    void end() {
        Connection open = connection;
        try {
            if (open != null) {
                open.rollback();
            }
        } catch (SQLException e) {
            connection = null;
        }
    }

    /** Cancels what it does now, if it can be; for any thread. */
    void cancel() {
        Connection open = connection;
        try {
            if (open != null) {
                open.unwrap(PGConnection.class).cancelQuery();
            }
        } catch (SQLException e) {
            // Then it ends by its time limit.
        }
    }

    @Override
    public void close() throws SQLException {
        Connection open = connection;
        if (open != null) {
            open.close();
        }
    }
}
