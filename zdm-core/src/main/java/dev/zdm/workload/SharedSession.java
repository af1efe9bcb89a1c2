package dev.zdm.workload;

import dev.zdm.postgres.BareDataSource;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A source of connections that are all the same session, whose transaction none of them can end.
 *
 * <p>Whoever reads through it reads in the snapshot of its owner, who gives it the session first.
 */
public final class SharedSession extends BareDataSource {
    /** What would end the transaction or change its nature; it is answered as if it had been done. */
    private static final Set<String> INERT = Set.of(
            "close",
            "abort",
            "commit",
            "setAutoCommit",
            "setReadOnly",
            "setTransactionIsolation",
            "setHoldability",
            "setNetworkTimeout",
            "setClientInfo");

    private volatile @Nullable Connection session;

    /** Makes this the session from now on. */
    public void use(Connection connection) {
        session = connection;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection shared = session;
        if (shared == null) {
            throw new SQLException(
                    "this source has no session: a read-back must use its connections only while it runs");
        }
        return proxy(Connection.class, new ConnectionHandler(shared));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    /** One borrowed connection. For use by one thread at a time. */
    private static final class ConnectionHandler implements InvocationHandler {
        private final Connection session;
        private boolean autoCommit = true;
        private boolean closed;

        ConnectionHandler(Connection session) {
            this.session = session;
        }

        @Override
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args) throws Throwable {
            String name = method.getName();
            boolean plainRollback = name.equals("rollback") && args == null;
            if (plainRollback || INERT.contains(name)) {
                if (name.equals("close") || name.equals("abort")) {
                    closed = true;
                } else if (name.equals("setAutoCommit") && args != null) {
                    autoCommit = (boolean) args[0];
                }
                return null;
            }
            return switch (name) {
                case "isClosed" -> closed;
                case "getAutoCommit" -> autoCommit;
                case "equals" -> args != null && self == args[0];
                case "hashCode" -> System.identityHashCode(self);
                case "isWrapperFor" -> false;
                case "unwrap" ->
                    throw new SQLException("the session of a comparison is shared, and is not to be unwrapped");
                default -> shared(self, call(session, method, args), method);
            };
        }

        private static @Nullable Object shared(Object self, @Nullable Object result, Method method) {
            return result instanceof Statement statement
                    ? proxy(
                            method.getReturnType().asSubclass(Statement.class),
                            (statementSelf, called, args) ->
                                    called.getName().equals("getConnection") ? self : call(statement, called, args))
                    : result;
        }
    }
}
