package dev.zdm.inspection;

import dev.zdm.postgres.SqlState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** Gives a statement in autocommit mode a transaction of its own, from inside of which its locks can be seen. */
final class TransactionBlocks {
    /** A statement that cannot run in a transaction block, or commits itself. */
    private static final Set<SqlState> REFUSALS =
            Set.of(SqlState.ACTIVE_SQL_TRANSACTION, SqlState.INVALID_TRANSACTION_TERMINATION);

    private static final Pattern CONTROL = Pattern.compile(
            "(?is)(begin|start\\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\\s+transaction)\\b.*");

    private TransactionBlocks() {}

    /** Something that runs a statement. */
    @FunctionalInterface
    interface Run {
        @Nullable
        Object run() throws SQLException;
    }

    /** A statement refused to run in a transaction block; nothing of it was done. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(SQLException reason) {
            super(reason);
        }
    }

    /** Returns whether a transaction is open, begun by the driver or by a {@code BEGIN} of the script. */
    static boolean isOpen(Connection connection) throws SQLException {
        return connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE;
    }

    /** Returns whether a transaction is open that has failed: nothing can be asked in it. */
    static boolean isFailed(Connection connection) throws SQLException {
        return connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.FAILED;
    }

    /** Returns whether a statement begins, ends or divides a transaction itself. */
    static boolean isControl(String sql) {
        return CONTROL.matcher(sql.strip()).matches();
    }

    /**
     * Runs in a transaction that is committed afterwards.
     *
     * @param connection a session in autocommit mode
     * @throws Refused if the statement does not run in a transaction block
     */
    static @Nullable Object within(Connection connection, Run run) throws SQLException, Refused {
        connection.setAutoCommit(false);
        try {
            Object result = run.run();
            connection.commit();
            connection.setAutoCommit(true);
            return result;
        } catch (SQLException e) {
            endAfter(e, connection);
            if (REFUSALS.contains(SqlState.of(e))) {
                throw new Refused(e);
            }
            throw e;
        }
    }

    /** Ends the transaction; where the session was lost, that is what counts, and not that it cannot be ended. */
    private static void endAfter(SQLException failure, Connection connection) throws SQLException {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            failure.addSuppressed(e);
            throw failure;
        }
    }
}
