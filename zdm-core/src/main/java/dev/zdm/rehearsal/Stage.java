package dev.zdm.rehearsal;

import dev.zdm.change.LockReport;
import dev.zdm.database.Database;
import dev.zdm.database.PostgresServer;
import dev.zdm.database.ServerLog;
import dev.zdm.observation.LockSampler;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.SessionRegistry;
import dev.zdm.observation.SessionRole;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.Relation;
import dev.zdm.workload.LedgerBook;
import dev.zdm.workload.VersionLoad;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * What lives as long as a rehearsal: the database, the loads of both versions, the observers. Controlled by one thread.
 *
 * <p>A version connects when it first gets traffic, as a release that is rolled out does, and stays connected.
 */
final class Stage implements AutoCloseable {
    /** Behind by less than this, the load keeps up. */
    static final long CAUGHT_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    // Near its capacity a queue of arrivals hardly ever empties: what a lock held up could not be caught up with.
    private static final double BUSY = 0.7;
    private static final double UNHURRIED = 0.5;

    private final RehearsalPlan plan;
    private final Database database;
    private final ServerLog log;
    private final WallClock clock = WallClock.start();
    private final SessionRegistry sessions = new SessionRegistry();
    private final HiccupMeter hiccups = HiccupMeter.start(clock);
    private final SlowRuns slowRuns;
    private final LoadRecorder recorder;
    private final Map<VersionRole, VersionLoad> loads = new EnumMap<>(VersionRole.class);
    private final List<String> blindSpots = new ArrayList<>();
    private final LedgerBook book;
    private final Observer observer;
    private final Set<Relation> invalidAtFirst;
    private final LockSampler locks;
    private final DataLooks data;
    private @Nullable ReplicaStage replica;
    private double ratePerSecond;

    private Stage(RehearsalPlan plan, Database database, Connection observing, ServerLog log) throws SQLException {
        this.plan = plan;
        this.ratePerSecond = plan.load().ratePerSecond();
        this.database = database;
        this.log = log;
        this.book = new LedgerBook(plan.load().workers(), plan.baseline().rows(), clock::at);
        this.slowRuns = new SlowRuns(plan.tolerance().lockWait());
        this.recorder = new LoadRecorder(clock, sessions, slowRuns);
        this.observer = new Observer(observing);
        this.invalidAtFirst = observer.invalidIndexes(true);
        register(observing, SessionRole.OBSERVER);
        this.locks = LockSampler.start(
                connect(SessionRole.OBSERVER), connect(SessionRole.OBSERVER), clock::at, database.isPooled());
        this.data = new DataLooks(plan, database, () -> connect(SessionRole.OBSERVER), clock);
    }

    /** Opens a stage on a fresh database, which is closed with the stage, or at once if the stage cannot be opened. */
    static Stage open(RehearsalPlan plan, Database database, PostgresServer server) throws SQLException {
        Stage stage = create(plan, database, server);
        try {
            stage.drawValues(VersionRole.OLD);
            if (plan.replica() != null) {
                stage.replica = ReplicaStage.open(plan.replica(), server, database);
            }
            return stage;
        } catch (SQLException | RuntimeException e) {
            stage.close();
            throw e;
        }
    }

    private static Stage create(RehearsalPlan plan, Database database, PostgresServer server) throws SQLException {
        try {
            return new Stage(plan, database, session(database, SessionRole.OBSERVER), server.log());
        } catch (SQLException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    RehearsalPlan plan() {
        return plan;
    }

    /** Returns the indexes that were invalid before the first change, those of partitioned tables included. */
    Set<Relation> invalidAtFirst() {
        return invalidAtFirst;
    }

    Database database() {
        return database;
    }

    ServerLog log() {
        return log;
    }

    WallClock clock() {
        return clock;
    }

    SessionRegistry sessions() {
        return sessions;
    }

    HiccupMeter hiccups() {
        return hiccups;
    }

    SlowRuns slowRuns() {
        return slowRuns;
    }

    LoadRecorder recorder() {
        return recorder;
    }

    LedgerBook book() {
        return book;
    }

    Observer observer() {
        return observer;
    }

    LockSampler locks() {
        return locks;
    }

    /** Returns the replica; null: there is none. */
    @Nullable
    ReplicaStage replica() {
        return replica;
    }

    /** Returns who looks at the data. */
    DataLooks data() {
        return data;
    }

    /** Opens a session in autocommit mode on behalf of the given role. */
    Connection connect(SessionRole role) throws SQLException {
        Connection connection = session(database, role);
        register(connection, role);
        return connection;
    }

    private static Connection session(Database database, SessionRole role) throws SQLException {
        Properties properties = database.credentials();
        properties.setProperty("ApplicationName", "zdm " + role.label());
        return DriverManager.getConnection(database.jdbcUrl(), properties);
    }

    private void register(Connection connection, SessionRole role) throws SQLException {
        sessions.register(connection.unwrap(PGConnection.class).getBackendPID(), role);
    }

    /** Returns who waits for whom now, in words; safe for use by any thread. */
    String lockWaits() {
        try (Connection connection = connect(SessionRole.OBSERVER)) {
            String waits = new LockReport(connection).ofAllWaiting();
            return waits.isEmpty() ? "no session is waiting for a lock" : waits;
        } catch (SQLException e) {
            return "who waits for whom is not known: " + e.getMessage();
        }
    }

    /** Returns the versions that have got traffic so far. */
    Set<VersionRole> connected() {
        return Set.copyOf(loads.keySet());
    }

    /** Returns the versions that have traffic at this share of the old version; 0 to 100 percent. */
    static Set<VersionRole> inTraffic(int oldPercent) {
        if (oldPercent == 0) {
            return Set.of(VersionRole.NEW);
        }
        return oldPercent == 100 ? Set.of(VersionRole.OLD) : Set.of(VersionRole.OLD, VersionRole.NEW);
    }

    /** Shifts the load to this share of the old version; 0 to 100 percent. */
    void shift(int oldPercent) {
        rate(VersionRole.OLD, oldPercent);
        rate(VersionRole.NEW, 100 - oldPercent);
    }

    private void rate(VersionRole role, int percent) {
        if (percent > 0) {
            load(role).rate(ratePerSecond * percent / 100.0);
        } else if (loads.containsKey(role)) {
            load(role).rate(0);
        }
    }

    /**
     * Lowers the load to what the application can do with something to spare, and shifts it anew.
     *
     * @return the new rate in operations per second; 0: there is enough to spare, nothing was changed
     */
    double lowerToCapacity(int oldPercent) {
        double busiest = loads.values().stream()
                .mapToDouble(VersionLoad::utilization)
                .max()
                .orElse(0);
        if (busiest <= BUSY) {
            return 0;
        }
        ratePerSecond = Math.max(1, ratePerSecond * UNHURRIED / busiest);
        shift(oldPercent);
        return ratePerSecond;
    }

    private VersionLoad load(VersionRole role) {
        VersionLoad running = loads.get(role);
        if (running == null) {
            VersionLoad.Target target = new VersionLoad.Target(
                    database.applicationUrl(),
                    database.credentials(),
                    plan.load().workers(),
                    plan.baseline().rows(),
                    replica == null ? null : replica.jdbcUrl(),
                    database.isPooled());
            if (role == VersionRole.NEW) {
                drawNewValues();
            }
            if (plan.version(role) instanceof ApplicationVersion.OfService) {
                slowRuns.withoutOperation();
            }
            running = new VersionLoad(role, plan.version(role), target, book, recorder);
            loads.put(role, running);
            running.spreadSessions().ifPresent(blindSpots::add);
        }
        return running;
    }

    /** Lets the ledger's new values be those of the columns that a version names. */
    private void drawValues(VersionRole role) throws SQLException {
        try (Connection connection = connect(SessionRole.OBSERVER)) {
            book.drawFrom(plan.version(role), connection);
        }
    }

    /** The change may have brought the new version's columns. */
    private void drawNewValues() {
        try {
            drawValues(VersionRole.NEW);
        } catch (SQLException e) {
            blindSpots.add("the columns of @ReadBack could not be read: " + e.getMessage());
        }
    }

    /** Renews every second session of the versions that are connected. */
    void renewHalfOfTheSessions() {
        loads.values().forEach(load -> load.renewHalf().ifPresent(blindSpots::add));
    }

    /** Returns what could not be done as it should since the last call, in words. */
    List<String> takeBlindSpots() {
        List<String> taken = List.copyOf(blindSpots);
        blindSpots.clear();
        return taken;
    }

    /** Returns the operations that a window with this traffic must see, with the number of their workers. */
    Map<OperationName, Integer> operations(int oldPercent) {
        Map<OperationName, Integer> operations = new LinkedHashMap<>();
        loads.forEach((role, load) -> {
            if (role == VersionRole.OLD ? oldPercent > 0 : oldPercent < 100) {
                load.operations().forEach(operation -> operations.put(operation, load.workers()));
            }
        });
        return operations;
    }

    /** Returns how far the load is behind its schedule, in nanoseconds. */
    long overdueNanos() {
        return loads.values().stream()
                .mapToLong(VersionLoad::overdueNanos)
                .max()
                .orElse(0);
    }

    /**
     * Lets everything under way end; false: it did not within the given time.
     *
     * @param catchUp whether what is overdue is worked off first
     */
    boolean drain(boolean catchUp, long timeoutNanos) throws InterruptedException {
        boolean drained = true;
        for (VersionLoad load : loads.values()) {
            drained &= load.drain(catchUp, timeoutNanos);
        }
        return drained;
    }

    @Override
    public void close() throws SQLException {
        try (database;
                log;
                hiccups;
                locks;
                observer;
                data;
                ReplicaStage last = replica) {
            loads.values().forEach(VersionLoad::close);
        }
    }
}
