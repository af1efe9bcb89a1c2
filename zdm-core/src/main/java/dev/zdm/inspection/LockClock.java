package dev.zdm.inspection;

import dev.zdm.change.SessionSource;
import dev.zdm.change.StatementListener;
import dev.zdm.postgres.SqlStatement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Measures how long the statements of a change keep their locks: until the end of the commit. It looks at nothing while a
 * transaction is open, which would lengthen it.
 */
final class LockClock implements StatementListener, SessionSource {
    private static final Set<String> ENDS = Set.of("commit", "rollback", "setAutoCommit", "close");

    private final SessionSource sessions;
    private final List<Transaction> transactions = new ArrayList<>();
    private final Map<Integer, Transaction> open = new HashMap<>();

    LockClock(SessionSource sessions) {
        this.sessions = sessions;
    }

    /** The statements of one transaction with their begins, and its end, in nanoseconds. */
    static final class Transaction {
        private final List<SqlStatement> statements = new ArrayList<>();
        private final List<Long> begins = new ArrayList<>();
        private long end;

        List<SqlStatement> statements() {
            return statements;
        }

        /** Returns the nanoseconds from the begin of the statement to the end of the commit. */
        long nanosFrom(int statement) {
            return end - begins.get(statement);
        }
    }

    /** Returns the transactions so far, in order. */
    List<Transaction> transactions() {
        return transactions;
    }

    @Override
    public Connection open() throws SQLException {
        Connection connection = sessions.open();
        BaseConnection session = connection.unwrap(BaseConnection.class);
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, args) -> invoke(session, method, args));
    }

    private @Nullable Object invoke(BaseConnection session, Method method, Object @Nullable [] args) throws Throwable {
        int pid = ENDS.contains(method.getName()) && !session.isClosed() ? session.getBackendPID() : 0;
        try {
            return method.invoke(session, args);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        } finally {
            if (pid != 0) {
                ended(pid, session);
            }
        }
    }

    @Override
    public void sessionOpened(int pid) {
        open.remove(pid);
    }

    @Override
    public @Nullable Object around(Execution execution) throws SQLException {
        BaseConnection session = execution.connection().unwrap(BaseConnection.class);
        ended(execution.pid(), session);
        Transaction transaction = open.computeIfAbsent(execution.pid(), pid -> begin());
        transaction.statements.add(execution.statement());
        transaction.begins.add(System.nanoTime());
        try {
            return execution.proceed();
        } finally {
            transaction.end = System.nanoTime();
            ended(execution.pid(), session);
        }
    }

    private Transaction begin() {
        Transaction transaction = new Transaction();
        transactions.add(transaction);
        return transaction;
    }

    /** Ends the session's transaction unless the server still has it open. */
    private void ended(int pid, BaseConnection session) throws SQLException {
        if (session.isClosed() || session.getTransactionState() == TransactionState.IDLE) {
            Transaction ended = open.remove(pid);
            if (ended != null) {
                ended.end = System.nanoTime();
            }
        }
    }
}
