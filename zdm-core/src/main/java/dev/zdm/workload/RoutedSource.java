package dev.zdm.workload;

import dev.zdm.observation.OperationName;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.BareDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one source of connections that a workload sees: sessions of the primary, and of the replica on a thread that runs an
 * operation of the replica.
 */
final class RoutedSource extends BareDataSource implements AutoCloseable {
    private final SessionPool primary;
    private final @Nullable SessionPool replica;
    private final ThreadLocal<Boolean> onReplica = ThreadLocal.withInitial(() -> false);

    /**
     * Opens the pools, without a session.
     *
     * @param readsReplica whether any operation works on the replica
     */
    RoutedSource(VersionRole version, VersionLoad.Target target, boolean readsReplica, LoadListener listener) {
        this.primary = new SessionPool(version, target.jdbcUrl(), target, listener);
        String url = target.replicaUrl();
        this.replica = url == null || !readsReplica ? null : new SessionPool(version, url, target, listener);
    }

    /** Returns the pools: the primary's, then the replica's if it is used. */
    List<SessionPool> pools() {
        return replica == null ? List.of(primary) : List.of(primary, replica);
    }

    /** Says that the calling thread begins an operation. */
    void begin(OperationName name, BoundOperation operation) {
        onReplica.set(replica != null && operation.onReplica());
        pools().forEach(pool -> pool.begin(name));
    }

    /** Says that the calling thread has ended its operation. */
    void end() {
        pools().forEach(SessionPool::end);
        onReplica.set(false);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return replica != null && onReplica.get() ? replica.getConnection() : primary.getConnection();
    }

    @Override
    public void close() {
        pools().forEach(SessionPool::close);
    }
}
