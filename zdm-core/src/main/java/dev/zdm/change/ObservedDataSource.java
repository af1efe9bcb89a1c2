package dev.zdm.change;

import dev.zdm.change.StatementListener.Execution;
import dev.zdm.postgres.BareDataSource;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * A source of connections, for a change above all: every statement passes the listener, whoever runs it.
 *
 * <p>Statements for which the locator knows no place, a migration tool's own bookkeeping, pass unobserved.
 */
public final class ObservedDataSource extends BareDataSource {
    private final SessionSource sessions;
    private final StatementListener listener;
    private final Map<Integer, Connection> open = new ConcurrentHashMap<>();
    private volatile Function<String, @Nullable SqlStatement> locator = sql -> null;
    private volatile @Nullable String stopped;
    private volatile @Nullable LockPatience patience;

    /**
     * Makes a source whose statements pass a listener once a locator is set.
     *
     * @param sessions opens the sessions
     * @param listener stands around every statement that the locator knows
     */
    public ObservedDataSource(SessionSource sessions, StatementListener listener) {
        this.sessions = sessions;
        this.listener = listener;
    }

    /** Sets who tells where a statement's text stands; null for a text that is not the change's own. */
    public void locateWith(Function<String, @Nullable SqlStatement> newLocator) {
        locator = newLocator;
    }

    /** Sets what gives sessions a {@code lock_timeout}; null: they keep the one they have. */
    void haveWith(@Nullable LockPatience newPatience) {
        patience = newPatience;
    }

    /** Lets no session and no statement begin from now on. */
    void stop(String why) {
        stopped = why;
    }

    /** Returns the backends of the sessions that are open. */
    Set<Integer> backends() {
        return Set.copyOf(open.keySet());
    }

    /** Cuts the connections of the sessions that are open. */
    void cut() {
        for (Connection connection : open.values()) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                // It is closed already.
            }
        }
    }

    private void requireGoingOn() throws SQLException {
        String why = stopped;
        if (why != null) {
            throw new SQLException(why, SqlState.QUERY_CANCELED.code());
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        requireGoingOn();
        Connection connection = sessions.open();
        int pid = connection.unwrap(PGConnection.class).getBackendPID();
        open.put(pid, connection);
        listener.sessionOpened(pid);
        LockPatience patient = patience;
        String lockTimeout = patient == null ? null : patient.set(connection);
        return proxy(Connection.class, new ConnectionHandler(connection, pid, lockTimeout));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object invoke(Object target, Method method, Object @Nullable [] args) throws SQLException {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw sql;
            }
            throw new IllegalStateException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Hands out observed statements. */
    private final class ConnectionHandler implements InvocationHandler {
        private final Connection connection;
        private final int pid;
        private final @Nullable String lockTimeoutBefore;

        ConnectionHandler(Connection connection, int pid, @Nullable String lockTimeoutBefore) {
            this.connection = connection;
            this.pid = pid;
            this.lockTimeoutBefore = lockTimeoutBefore;
        }

        /** Calls the session or one of its statements, and tells the listener whether a transaction is open then. */
        private @Nullable Object call(Object target, Method method, Object @Nullable [] args) throws SQLException {
            boolean before = inTransaction();
            try {
                return ObservedDataSource.invoke(target, method, args);
            } finally {
                boolean after = inTransaction();
                if (before || after) {
                    listener.transactionOpen(pid, after);
                }
            }
        }

        private boolean inTransaction() throws SQLException {
            return !connection.isClosed()
                    && connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE;
        }

        @Override
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args) throws SQLException {
            if (method.getName().equals("close") || method.getName().equals("abort")) {
                open.remove(pid);
                if (lockTimeoutBefore != null) {
                    LockPatience.restore(connection, lockTimeoutBefore);
                }
            }
            Object result = call(connection, method, args);
            if (!(result instanceof Statement statement)) {
                return result;
            }
            String prepared = args != null && args.length > 0 && args[0] instanceof String sql ? sql : null;
            return proxy(
                    method.getReturnType().asSubclass(Statement.class),
                    new StatementHandler(this, statement, prepared));
        }
    }

    /** Passes executions through the listener. */
    private final class StatementHandler implements InvocationHandler {
        private final ConnectionHandler session;
        private final Statement statement;
        private final @Nullable String prepared;
        private final List<String> batch = new ArrayList<>();

        StatementHandler(ConnectionHandler session, Statement statement, @Nullable String prepared) {
            this.session = session;
            this.statement = statement;
            this.prepared = prepared;
        }

        @Override
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args) throws SQLException {
            String argument = args != null && args.length > 0 && args[0] instanceof String sql ? sql : null;
            if (method.getName().equals("addBatch") && argument != null) {
                batch.add(argument);
            }
            if (!method.getName().startsWith("execute")) {
                return session.call(statement, method, args);
            }
            requireGoingOn();
            SqlStatement located = locator.apply(text(argument));
            batch.clear();
            return located == null
                    ? session.call(statement, method, args)
                    : observed(new Call(located, session, statement, () -> session.call(statement, method, args)));
        }

        private @Nullable Object observed(Call call) throws SQLException {
            LockPatience patient = patience;
            return patient == null
                    ? listener.around(call)
                    : patient.around(
                            session.connection, session.pid, call.statement().text(), () -> listener.around(call));
        }

        private String text(@Nullable String argument) {
            if (argument != null) {
                return argument;
            }
            return prepared != null ? prepared : String.join("; ", batch);
        }
    }

    /** Something that may throw what a statement throws. */
    @FunctionalInterface
    private interface SqlCall {
        @Nullable
        Object run() throws SQLException;
    }

    /** A statement about to be run. */
    private record Call(SqlStatement statement, ConnectionHandler session, Statement jdbc, SqlCall call)
            implements Execution {
        @Override
        public Connection connection() {
            return session.connection;
        }

        @Override
        public int pid() {
            return session.pid;
        }

        @Override
        public @Nullable Object proceed() throws SQLException {
            return call.run();
        }

        @Override
        public @Nullable SQLWarning notices() throws SQLException {
            return jdbc.getWarnings();
        }
    }
}
