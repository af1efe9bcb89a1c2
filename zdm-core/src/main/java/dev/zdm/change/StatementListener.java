package dev.zdm.change;

import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stands around every statement that a change runs. */
public interface StatementListener {
    /** Lets everything pass. */
    StatementListener NONE = new StatementListener() {
        @Override
        public void sessionOpened(int pid) {
            // Nobody wants to know.
        }

        @Override
        public @Nullable Object around(Execution execution) throws SQLException {
            return execution.proceed();
        }
    };

    /** Learns of a new session of the change before its first statement. */
    void sessionOpened(int pid);

    /**
     * Runs the statement and returns what it returned.
     *
     * @throws SQLException what the statement threw
     */
    @Nullable
    Object around(Execution execution) throws SQLException;

    /**
     * Learns, after each call that may have changed it, whether a transaction of a session is open.
     *
     * @param open false also where the session has ended
     */
    default void transactionOpen(int pid, boolean open) {}

    /** Returns how long the application's operations take now; empty: nobody can tell. */
    default Optional<Duration> latency() {
        return Optional.of(Duration.ZERO);
    }

    /** One statement about to be run. */
    interface Execution {
        /** Returns the statement. */
        SqlStatement statement();

        /** Returns the session that runs it, unobserved. */
        Connection connection();

        /** Returns the backend of the session. */
        int pid();

        /** Runs the statement; may be called again after a failure. */
        @Nullable
        Object proceed() throws SQLException;

        /** Returns what the server remarked on the statement since it ran; null: nothing. */
        @Nullable
        SQLWarning notices() throws SQLException;
    }
}
