package dev.zdm.rehearsal;

import dev.zdm.change.StatementListener.Execution;
import dev.zdm.rehearsal.LoadRecorder.Recording;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Holds a change up between two statements that are committed apart, and between two transactions, until every operation
 * has met the state between them on every session, and the invariants were evaluated in it.
 *
 * <p>In production that state lasts as long as it takes, for ever if the change is stopped there. What is missing in it,
 * a view dropped and not created again yet, would be missing here for a moment that no operation is likely to hit. Not
 * for use by several threads.
 */
final class Interlude {
    /** An operation that takes longer is not waited for: the change is what is rehearsed. */
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** The batches of a backfill differ in their numbers only; between them the schema is the same. */
    private static final int TIMES_PER_SHAPE = 2;

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private final Recording recording;
    private final Supplier<OpenWindow> once;
    private final DataLooks data;
    private final Map<String, Integer> shapes = new HashMap<>();

    /**
     * Makes an interlude.
     *
     * @param once gives a window that wants every operation once on every session
     * @param data who is to look at the data between two statements
     */
    Interlude(Recording recording, Supplier<OpenWindow> once, DataLooks data) {
        this.recording = recording;
        this.once = once;
        this.data = data;
    }

    /**
     * Returns when the application has met what a statement, and the transaction that ended with it, left, or has had the
     * time to; at once where the transaction is still open.
     */
    void after(Execution done) {
        String shape = NUMBER.matcher(done.statement().text()).replaceAll("#");
        if (isOpen(done.connection()) || shapes.merge(shape, 1, Integer::sum) > TIMES_PER_SHAPE) {
            return;
        }
        OpenWindow between = once.get();
        recording.watch(between);
        long began = System.nanoTime();
        data.hurry();
        while (!(between.isCovered() && data.sawSince(began))
                && between.elapsedNanos() < LONGEST_NANOS
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        recording.watch(null);
    }

    /** Returns whether a statement that comes now is outside of any transaction block. */
    static boolean isAlone(Connection connection) throws SQLException {
        return connection.getAutoCommit() && !isOpen(connection);
    }

    static boolean isOpen(Connection connection) {
        try {
            return !connection.isClosed()
                    && connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE;
        } catch (SQLException e) {
            return false; // The session is lost, and its transaction with it.
        }
    }
}
