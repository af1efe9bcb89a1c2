package dev.zdm.rehearsal;

import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks every 20 ms how far a replica is behind, and who waits there for the replay. A thread of its own looks; safe for use
 * by several threads.
 *
 * <p>The heartbeat is a row in a database of its own: nothing that compares the rehearsal's database sees it, and the
 * removal of its old versions is in no reader's way there.
 */
final class ReplicaWatch implements AutoCloseable {
    static final String HEARTBEAT = "create table heartbeat (beat bigint not null); insert into heartbeat values (0)";

    private static final long INTERVAL_MILLIS = 20;
    private static final String POSITION = "select pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint";
    private static final String REPLAYED =
            "select beat, pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint from heartbeat";

    /** Only sessions that wait are asked for who blocks them. */
    private static final String WAITS = """
            select w.pid, n.nspname, c.relname, w.waitstart, clock_timestamp()
            from (select pid, relation, waitstart from pg_locks
                  where not granted and locktype = 'relation' and waitstart is not null
                    and database = (select oid from pg_database where datname = current_database())
                  offset 0) w
            join pg_class c on c.oid = w.relation join pg_namespace n on n.oid = c.relnamespace
            where (select pid from pg_stat_activity where backend_type = 'startup') = any (pg_blocking_pids(w.pid))
            """;

    private final Sessions sessions;
    private final Heartbeats beats = new Heartbeats();
    private final Thread thread = new Thread(this::work, "zdm replica watch");
    private final List<Look> looks = new ArrayList<>();
    private final Map<Waiter, Wait> waits = new HashMap<>();
    private long beat;
    private @Nullable String trouble;
    private volatile boolean closed;

    /**
     * The sessions that a watch works with, and closes.
     *
     * @param primary on the heartbeat's database
     * @param standby on its image
     * @param readers on the image of the rehearsal's database
     */
    record Sessions(Connection primary, Connection standby, Connection readers) implements AutoCloseable {
        @Override
        public void close() throws SQLException {
            try (primary;
                    standby) {
                readers.close();
            }
        }
    }

    /**
     * One look.
     *
     * @param nanos when, in {@link System#nanoTime()}
     * @param behindNanos for how long something committed had not been replayed
     * @param behindBytes how much of the write-ahead log on the primary's disk had not been replayed
     * @param position how much of it there was
     */
    record Look(long nanos, long behindNanos, long behindBytes, long position) {}

    /** A session that waits, since when. */
    record Waiter(int pid, Instant since) {}

    /** What it waits for, and how long it was seen to. */
    record Wait(Relation relation, Duration duration) {}

    ReplicaWatch(Sessions sessions) {
        this.sessions = sessions;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void work() {
        while (!closed) {
            try {
                look();
            } catch (SQLException e) {
                if (!isConflict(e)) {
                    lost(e);
                    return;
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** A look that is in the way of the replay is cancelled as any reader is; the next one is as good. */
    private static boolean isConflict(SQLException e) {
        return SqlState.of(e).code().equals("40001");
    }

    private synchronized void lost(SQLException e) {
        if (!closed && trouble == null) {
            trouble = "the replica could not be watched any more: " + e.getMessage();
        }
    }

    /** Looks once. */
    synchronized Look look() throws SQLException {
        beat++;
        try (PreparedStatement statement = sessions.primary().prepareStatement("update heartbeat set beat = ?")) {
            statement.setLong(1, beat);
            statement.executeUpdate();
        }
        beats.committed(beat, System.nanoTime());
        try (Statement primary = sessions.primary().createStatement();
                Statement standby = sessions.standby().createStatement()) {
            long position;
            try (ResultSet row = primary.executeQuery(POSITION)) {
                row.next();
                position = row.getLong(1);
            }
            long asked = System.nanoTime();
            try (ResultSet row = standby.executeQuery(REPLAYED)) {
                row.next();
                long behind = beats.behind(row.getLong(1), asked);
                Look look = new Look(asked, behind, Math.max(0, position - row.getLong(2)), position);
                looks.add(look);
                lookForWaits();
                return look;
            }
        }
    }

    private void lookForWaits() throws SQLException {
        try (Statement statement = sessions.readers().createStatement();
                ResultSet row = statement.executeQuery(WAITS)) {
            while (row.next()) {
                Instant since = row.getTimestamp(4).toInstant();
                Duration duration = Duration.between(since, row.getTimestamp(5).toInstant());
                waits.put(
                        new Waiter(row.getInt(1), since),
                        new Wait(new Relation(row.getString(2), row.getString(3)), duration));
            }
        }
    }

    /** Returns the looks since the last call, in order. */
    synchronized List<Look> takeLooks() {
        List<Look> taken = List.copyOf(looks);
        looks.clear();
        return taken;
    }

    /** Returns the waits seen since the last call. */
    synchronized Map<Waiter, Wait> takeWaits() {
        Map<Waiter, Wait> taken = Map.copyOf(waits);
        waits.clear();
        return taken;
    }

    /** Returns why it could not go on, in words; empty: it can. */
    synchronized Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    @Override
    public void close() throws SQLException {
        closed = true;
        thread.interrupt();
        sessions.close();
    }
}
