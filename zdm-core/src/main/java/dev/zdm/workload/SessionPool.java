package dev.zdm.workload;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.zdm.observation.LockSampler;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.VersionRole;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * The sessions of one application version: a HikariCP pool that tells which operation uses which session.
 *
 * <p>HikariCP prefers to give a thread the session it used last, so each worker keeps a session of its own, as long as
 * all of them borrowed one at the same time once.
 */
final class SessionPool implements DataSource, AutoCloseable {
    private final HikariDataSource pool;
    private final VersionRole version;
    private final LoadListener listener;
    private final boolean pooled;
    private final Set<Integer> named = ConcurrentHashMap.newKeySet();
    private final ThreadLocal<Use> use = ThreadLocal.withInitial(Use::new);

    /**
     * Opens a pool without a session.
     *
     * @param jdbcUrl the database, or its image on a replica
     */
    SessionPool(VersionRole version, String jdbcUrl, VersionLoad.Target target, LoadListener listener) {
        this.version = version;
        this.listener = listener;
        this.pooled = target.pooled();
        String applicationName = "zdm " + version.label();
        HikariConfig config = new HikariConfig();
        config.setPoolName(applicationName);
        config.setJdbcUrl(jdbcUrl);
        Properties properties = new Properties();
        properties.putAll(target.credentials());
        properties.setProperty("ApplicationName", applicationName);
        if (!target.pooled()) {
            // From its first execution on a statement is prepared on the server, so that every session is warm at once.
            properties.setProperty("prepareThreshold", "1");
        }
        config.setDataSourceProperties(properties);
        config.setMaximumPoolSize(
                2 * target.workers()); // Room for operations that need a second session at the same time.
        config.setMinimumIdle(0);
        config.setIdleTimeout(0);
        config.setMaxLifetime(0);
        config.setInitializationFailTimeout(-1);
        this.pool = new HikariDataSource(config);
    }

    /** Says that the calling thread begins an operation. */
    void begin(OperationName operation) {
        use.get().operation = operation;
    }

    /** Says that the calling thread has ended its operation. */
    void end() {
        Use mine = use.get();
        mine.pids.forEach(listener::sessionReleased);
        mine.pids.clear();
        mine.operation = null;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = pool.getConnection();
        Use mine = use.get();
        int pid = connection.unwrap(PGConnection.class).getBackendPID();
        if (pooled && named.add(pid)) {
            name(connection, pid);
        }
        if (mine.operation != null) {
            mine.pids.add(pid);
        }
        listener.sessionUsed(version, mine.operation, pid);
        return connection;
    }

    /** A proxy tells the backend that works for a session what the session is called, and the lock table's reader sees it. */
    private void name(Connection connection, int pid) throws SQLException {
        try {
            connection.setClientInfo("ApplicationName", pool.getPoolName() + LockSampler.POOLED_PID + pid);
        } catch (SQLException e) {
            named.remove(pid);
            connection.close();
            throw e;
        }
    }

    /**
     * Makes HikariCP look again whether a thread waits for a session: it may have found an idle one for it, which another
     * thread took then, and does not look again by itself before the thread gives up.
     */
    void nudge() throws SQLException {
        pool.getConnection().close();
    }

    /** Ends a borrowed session instead of giving it back. */
    void evict(Connection connection) {
        pool.evictConnection(connection);
    }

    @Override
    public void close() {
        pool.close();
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() throws SQLException {
        return pool.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        pool.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        pool.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return pool.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return pool.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return pool.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return pool.isWrapperFor(type);
    }

    /** What a thread is doing. */
    private static final class Use {
        private @Nullable OperationName operation;
        private final List<Integer> pids = new ArrayList<>(2);
    }
}
