package dev.zdm.rehearsal;

import dev.zdm.database.Database;
import dev.zdm.database.DatabaseException;
import dev.zdm.database.PostgresServer;
import dev.zdm.database.Standby;
import dev.zdm.observation.ReplicaHistory;
import dev.zdm.observation.ReplicaHistory.Lag;
import dev.zdm.observation.ReplicaHistory.LongReader;
import dev.zdm.observation.ReplicaHistory.ReaderWait;
import dev.zdm.observation.SessionRegistry;
import dev.zdm.observation.Window;
import dev.zdm.plan.Replica;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The replica of a rehearsal and who watches it. Controlled by one thread. */
final class ReplicaStage implements AutoCloseable {
    private static final Duration FIRST_REPLAY = Duration.ofMinutes(2);

    private final Replica replica;
    private final Standby standby;
    private final Database database;
    private final Database heartbeat;
    private final ReplicaWatch watch;
    private boolean caughtUp = true;
    private @Nullable String lost;
    private @Nullable LongReader longReader;

    private ReplicaStage(
            Replica replica, Standby standby, Database database, Database heartbeat, ReplicaWatch.Sessions sessions) {
        this.replica = replica;
        this.standby = standby;
        this.database = database;
        this.heartbeat = heartbeat;
        this.watch = new ReplicaWatch(sessions);
        watch.start();
    }

    /**
     * Starts a standby and waits until it has replayed the database.
     *
     * @throws DatabaseException if there can be none
     */
    static ReplicaStage open(Replica replica, PostgresServer server, Database database) throws SQLException {
        Database heartbeat = server.fresh("zdm heartbeat", ReplicaStage::createHeartbeat);
        Standby standby = null;
        try {
            standby = server.standby(replica.settings());
            if (!standby.awaitReplay(FIRST_REPLAY)) {
                throw new DatabaseException(
                        "the replica did not replay the baseline within " + FIRST_REPLAY.toSeconds() + " s");
            }
            return new ReplicaStage(replica, standby, database, heartbeat, sessions(standby, database, heartbeat));
        } catch (SQLException | RuntimeException e) {
            if (standby != null) {
                standby.close();
            }
            heartbeat.close();
            throw e;
        }
    }

    private static void createHeartbeat(Database empty) {
        try (Connection connection = session(empty.jdbcUrl(), empty.credentials());
                Statement statement = connection.createStatement()) {
            statement.execute(ReplicaWatch.HEARTBEAT);
        } catch (SQLException e) {
            throw new DatabaseException("the table of the replica's heartbeat cannot be created", e);
        }
    }

    private static ReplicaWatch.Sessions sessions(Standby standby, Database database, Database heartbeat)
            throws SQLException {
        Connection primary = session(heartbeat.jdbcUrl(), heartbeat.credentials());
        try {
            Connection beats = session(standby.jdbcUrl(heartbeat), standby.credentials());
            try {
                return new ReplicaWatch.Sessions(
                        primary, beats, session(standby.jdbcUrl(database), standby.credentials()));
            } catch (SQLException e) {
                beats.close();
                throw e;
            }
        } catch (SQLException e) {
            primary.close();
            throw e;
        }
    }

    static Connection session(String url, Properties credentials) throws SQLException {
        credentials.setProperty("ApplicationName", "zdm replica watch");
        return DriverManager.getConnection(url, credentials);
    }

    Replica replica() {
        return replica;
    }

    Standby standby() {
        return standby;
    }

    /** Returns the JDBC URL of the rehearsal's database on the replica. */
    String jdbcUrl() {
        return standby.jdbcUrl(database);
    }

    /** Forgets what was seen between two stretches of load. */
    void beginStretch() {
        watch.takeLooks();
        watch.takeWaits();
        caughtUp = true;
    }

    /** Notes what the change of the phase did to a long reader. */
    void note(@Nullable LongReader rehearsed) {
        longReader = rehearsed;
    }

    /** Lets the replica catch up once the load has ended, for as long as it may be behind. */
    void settle() {
        try {
            caughtUp = standby.awaitReplay(replica.lag());
        } catch (DatabaseException e) {
            lost = "whether the replica caught up is not known: " + e.getMessage();
        }
    }

    /** Returns what could not be seen, in words. */
    List<String> blindSpots() {
        return Stream.concat(watch.trouble().stream(), Stream.ofNullable(lost)).toList();
    }

    /**
     * Returns what was seen since the begin of the stretch.
     *
     * @param windows the windows of the stretch, in order
     */
    ReplicaHistory take(List<Window> windows, WallClock clock, SessionRegistry sessions) {
        LongReader rehearsed = longReader;
        longReader = null;
        return new ReplicaHistory(
                replica,
                standby.settings(),
                lags(watch.takeLooks(), windows, clock),
                waits(watch.takeWaits(), sessions),
                caughtUp,
                rehearsed);
    }

    /** A look belongs to the last window that had begun. */
    private static List<Lag> lags(List<ReplicaWatch.Look> looks, List<Window> windows, WallClock clock) {
        Map<Integer, List<ReplicaWatch.Look>> byWindow = new TreeMap<>();
        for (ReplicaWatch.Look look : looks) {
            Instant at = clock.at(look.nanos());
            for (int i = windows.size() - 1; i >= 0; i--) {
                if (!windows.get(i).begin().isAfter(at)) {
                    byWindow.computeIfAbsent(i, unused -> new ArrayList<>()).add(look);
                    break;
                }
            }
        }
        List<Lag> lags = new ArrayList<>();
        ReplicaWatch.Look before = looks.isEmpty() ? null : looks.get(0);
        for (Map.Entry<Integer, List<ReplicaWatch.Look>> window : byWindow.entrySet()) {
            List<ReplicaWatch.Look> some = window.getValue();
            lags.add(lag(window.getKey(), before == null ? some.get(0) : before, some, clock));
            before = some.get(some.size() - 1);
        }
        return lags;
    }

    /** What is written between two windows belongs to the second: a change may be done before anybody looks. */
    private static Lag lag(int window, ReplicaWatch.Look before, List<ReplicaWatch.Look> looks, WallClock clock) {
        ReplicaWatch.Look first = looks.get(0);
        ReplicaWatch.Look last = looks.get(looks.size() - 1);
        ReplicaWatch.Look worst = first;
        long bytes = 0;
        for (ReplicaWatch.Look look : looks) {
            worst = look.behindNanos() > worst.behindNanos() ? look : worst;
            bytes = Math.max(bytes, look.behindBytes());
        }
        return new Lag(
                window,
                Duration.ofNanos(worst.behindNanos()),
                clock.at(worst.nanos()),
                bytes,
                last.position() - before.position(),
                Duration.ofNanos(last.nanos() - before.nanos()));
    }

    private static List<ReaderWait> waits(Map<ReplicaWatch.Waiter, ReplicaWatch.Wait> waits, SessionRegistry sessions) {
        return waits.entrySet().stream()
                .map(entry -> {
                    ReplicaWatch.Waiter waiter = entry.getKey();
                    Duration waited = entry.getValue().duration();
                    return new ReaderWait(
                            entry.getValue().relation(),
                            sessions.operationAt(
                                            waiter.pid(),
                                            waiter.since(),
                                            waiter.since().plus(waited))
                                    .orElse(null),
                            waiter.since(),
                            waited);
                })
                .sorted(Comparator.comparing(ReaderWait::duration).reversed())
                .toList();
    }

    @Override
    public void close() throws SQLException {
        try (heartbeat;
                standby) {
            watch.close();
        }
    }
}
