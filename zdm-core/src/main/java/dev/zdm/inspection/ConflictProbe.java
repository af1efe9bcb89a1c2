package dev.zdm.inspection;

import dev.zdm.change.SessionSource;
import dev.zdm.postgres.LockMode;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Learns which locks a statement asks for that nobody can see from inside of its transaction: sessions that behave like
 * a writer and a reader of each table stand in its way, and what it waits for names the mode.
 *
 * <p>A guard gives way as soon as the statement waits for it. Where the statement waits for old transactions only, as
 * {@code CREATE INDEX CONCURRENTLY} does, a new guard takes its place at once.
 */
final class ConflictProbe {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int MOST_GUARDS = 16;
    private static final String WAITING = """
            select locktype, relation::bigint, mode, pg_blocking_pids(pid) from pg_locks where pid = ? and not granted
            """;

    private final SessionSource sessions;
    private final Collection<ExistingRelations.Entry> tables;
    private final Map<Long, LockMode> strongest = new LinkedHashMap<>();

    /**
     * Prepares a probe.
     *
     * @param sessions opens the sessions that stand in the way
     * @param tables what they use
     */
    ConflictProbe(SessionSource sessions, Collection<ExistingRelations.Entry> tables) {
        this.sessions = sessions;
        this.tables = tables;
    }

    /** Runs a statement of the given backend while the guards are there, and returns what it returned; once. */
    @Nullable
    Object run(int pid, TransactionBlocks.Run statement) throws SQLException {
        List<Guard> guards = new ArrayList<>();
        try (Connection watching = sessions.open()) {
            for (List<ExistingRelations.Entry> share : shares()) {
                guards.add(new Guard(sessions.open(), share, true));
                guards.add(new Guard(sessions.open(), share, false));
            }
            Watch watch = new Watch(watching, pid, guards, strongest);
            Thread thread = new Thread(watch, "zdm conflict probe");
            thread.setDaemon(true);
            thread.start();
            try {
                return statement.run();
            } finally {
                watch.end(thread);
            }
        } finally {
            for (Guard guard : guards) {
                guard.close();
            }
        }
    }

    /** Returns, after the run, the strongest mode that the statement had to wait for, by the oid of the relation. */
    Map<Long, LockMode> strongest() {
        return strongest;
    }

    private List<List<ExistingRelations.Entry>> shares() {
        List<List<ExistingRelations.Entry>> shares = new ArrayList<>();
        int next = 0;
        for (ExistingRelations.Entry table : tables) {
            if (shares.size() < MOST_GUARDS) {
                shares.add(new ArrayList<>());
            }
            shares.get(next++ % MOST_GUARDS).add(table);
        }
        return shares;
    }

    /** A session that holds what a writer, or a reader, of some tables holds. Used by one thread at a time. */
    private static final class Guard implements AutoCloseable {
        private final Connection connection;
        private final List<ExistingRelations.Entry> tables;
        private final boolean writes;
        private final int pid;

        Guard(Connection connection, List<ExistingRelations.Entry> tables, boolean writes) throws SQLException {
            this.connection = connection;
            this.tables = tables;
            this.writes = writes;
            this.pid = connection.unwrap(PGConnection.class).getBackendPID();
            connection.setAutoCommit(false);
            takePlace();
        }

        void takePlace() throws SQLException {
            try (Statement statement = connection.createStatement()) {
                for (ExistingRelations.Entry table : tables) {
                    String name = table.relation().qualified();
                    if (!writes) {
                        // The planner locks the table's indexes, as it does for every statement.
                        statement.execute("set local lock_timeout = '1ms'");
                        statement.execute("select 1 from only " + name + " limit 0");
                    } else if (table.kind() != 'm') {
                        statement.execute("lock table only " + name + " in row exclusive mode nowait");
                    }
                }
            } catch (SQLException e) {
                connection.rollback(); // The statement holds it: what there was to learn is known.
            }
        }

        void giveWay() throws SQLException {
            connection.rollback();
        }

        @Override
        public void close() throws SQLException {
            try (connection) {
                connection.rollback();
            }
        }
    }

    /** Sees what the statement waits for, and lets it pass. */
    private static final class Watch implements Runnable {
        private final Connection connection;
        private final int pid;
        private final List<Guard> guards;
        private final Map<Long, LockMode> strongest;
        private volatile boolean ended;
        private volatile @Nullable SQLException failure;

        Watch(Connection connection, int pid, List<Guard> guards, Map<Long, LockMode> strongest) {
            this.strongest = strongest;
            this.connection = connection;
            this.pid = pid;
            this.guards = guards;
        }

        @Override
        public void run() {
            try (PreparedStatement waiting = connection.prepareStatement(WAITING)) {
                waiting.setInt(1, pid);
                while (!ended) {
                    look(waiting);
                    LockSupport.parkNanos(POLL_NANOS);
                }
            } catch (SQLException e) {
                failure = e;
                letEverythingPass();
            }
        }

        private void look(PreparedStatement waiting) throws SQLException {
            try (ResultSet rows = waiting.executeQuery()) {
                while (rows.next()) {
                    Optional<LockMode> mode = LockMode.ofCatalogName(rows.getString(3));
                    boolean onRelation = rows.getString(1).equals("relation") && mode.isPresent();
                    if (onRelation) {
                        strongest.merge(rows.getLong(2), mode.get(), (a, b) -> a.compareTo(b) >= 0 ? a : b);
                    }
                    letPass(pids(rows.getArray(4)), onRelation);
                }
            }
        }

        private void letPass(List<Integer> blockers, boolean onRelation) throws SQLException {
            for (Guard guard : guards) {
                if (blockers.contains(guard.pid)) {
                    guard.giveWay();
                    if (!onRelation) {
                        guard.takePlace();
                    }
                }
            }
        }

        private void letEverythingPass() {
            for (Guard guard : guards) {
                try {
                    guard.giveWay();
                } catch (SQLException e) {
                    // Its session is gone, and its locks with it.
                    ended = true;
                }
            }
        }

        private static List<Integer> pids(Array array) throws SQLException {
            return Arrays.asList((Integer[]) array.getArray());
        }

        void end(Thread thread) throws SQLException {
            ended = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("interrupted while a statement was probed", e);
            }
            if (failure != null) {
                throw failure;
            }
        }
    }
}
