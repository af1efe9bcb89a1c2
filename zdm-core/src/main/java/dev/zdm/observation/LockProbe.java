package dev.zdm.observation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server for its locks, with one short query in a transaction of its own: a snapshot kept open would hold up
 * {@code CREATE INDEX CONCURRENTLY}. {@code pg_locks} shows every session's locks to every role. For use by one thread
 * at a time.
 */
final class LockProbe implements AutoCloseable {
    private static final String ROWS = """
            with l as materialized (
              select * from pg_locks
              where database is null or database = 0
                 or database = (select oid from pg_database where datname = current_database()))
            select %s, virtualtransaction, locktype, database, relation, page, tuple, virtualxid, transactionid,
                   classid, objid, objsubid, mode, granted, (extract(epoch from waitstart) * 1000000)::bigint
            from l
            """;

    /** Backends of a proxy bear the name of the session that they work for. */
    private static final String POOLED_PID =
            "coalesce((select substring(a.application_name from '^zdm .*" + LockSampler.POOLED_PID
                    + "(-?[0-9]{1,10})$')::bigint::int from pg_stat_get_activity(l.pid) a), l.pid) as pid";

    /** No row at all, and next to no work, where nobody waits. */
    private static final String WAITS = ROWS + """
            where exists (select from l where not granted)
              and (locktype = 'tuple'
                or locktype in (select locktype from l
                                where not granted and locktype not in ('relation', 'tuple', 'transactionid'))
                or relation in (select relation from l where not granted and locktype = 'relation')
                or transactionid in (select transactionid from l where not granted and locktype = 'transactionid'))
            """;

    private static final String HELD = ROWS + "where l.pid = ? and granted and locktype = 'relation'";
    private static final int CLOCK_TRIALS = 10;

    private final Connection connection;
    private final LongFunction<Instant> clock;
    private final PreparedStatement waits;
    private final PreparedStatement held;
    private final long offsetNanos;

    /**
     * Prepares the queries.
     *
     * @param connection a session of its own in autocommit mode, which is closed with the probe
     * @param clock turns {@code System.nanoTime()} into the instants that all of the observation uses
     * @param pooled whether a backend is known by the name of the session that it works for
     */
    LockProbe(Connection connection, LongFunction<Instant> clock, boolean pooled) throws SQLException {
        this.connection = connection;
        this.clock = clock;
        try (Statement statement = connection.createStatement()) {
            statement.execute("set jit = off");
            statement.execute("set plan_cache_mode = force_generic_plan");
        }
        String pid = pooled ? POOLED_PID : "pid";
        this.waits = connection.prepareStatement(WAITS.formatted(pid));
        this.held = connection.prepareStatement(HELD.formatted(pid));
        this.offsetNanos = offset();
    }

    /** Returns by how much this machine's clock is ahead of the server's, from the quickest of some answers. */
    private long offset() throws SQLException {
        long quickest = Long.MAX_VALUE;
        long offset = 0;
        String query = "select (extract(epoch from clock_timestamp()) * 1000000)::bigint";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < CLOCK_TRIALS; i++) {
                long began = System.nanoTime();
                try (ResultSet rows = statement.executeQuery()) {
                    long ended = System.nanoTime();
                    rows.next();
                    if (ended - began < quickest) {
                        quickest = ended - began;
                        offset = nanos(clock.apply(began + quickest / 2)) - micros(rows.getLong(1));
                    }
                }
            }
        }
        return offset;
    }

    /** Returns all waits, and who holds what they are for. */
    LockSnapshot waits() throws SQLException {
        long began = System.nanoTime();
        try (ResultSet rows = waits.executeQuery()) {
            long middle = began + (System.nanoTime() - began) / 2;
            return LockSnapshot.ofWaits(clock.apply(middle), rows(rows));
        }
    }

    /** Returns the relations that a session holds. */
    LockSnapshot heldBy(int pid) throws SQLException {
        held.setInt(1, pid);
        long began = System.nanoTime();
        try (ResultSet rows = held.executeQuery()) {
            return LockSnapshot.ofSession(clock.apply(began), rows(rows));
        }
    }

    private List<LockRow> rows(ResultSet rows) throws SQLException {
        List<LockRow> list = new ArrayList<>();
        while (rows.next()) {
            boolean granted = rows.getBoolean(14);
            list.add(new LockRow(
                    rows.getInt(1), rows.getString(2), target(rows), rows.getString(13), granted, since(rows)));
        }
        return list;
    }

    private @Nullable Instant since(ResultSet rows) throws SQLException {
        long micros = rows.getLong(15);
        return rows.wasNull() ? null : Instant.EPOCH.plusNanos(micros(micros) + offsetNanos);
    }

    /** Describes a lock as the server's log does ({@code DescribeLockTag} in {@code lmgr.c}). */
    private static LockTarget target(ResultSet rows) throws SQLException {
        String database = rows.getString(4);
        String relation = rows.getString(5);
        String type = rows.getString(3);
        String in = " of relation " + relation + " of database " + database;
        return LockTarget.parse(
                switch (type) {
                    case "relation" -> "relation " + relation + " of database " + database;
                    case "extend" -> "extension" + in;
                    case "page" -> "page " + rows.getString(6) + in;
                    case "tuple" -> "tuple (" + rows.getString(6) + "," + rows.getString(7) + ")" + in;
                    case "transactionid" -> "transaction " + rows.getString(9);
                    case "virtualxid" -> "virtual transaction " + rows.getString(8);
                    case "object" ->
                        "object " + rows.getString(11) + " of class " + rows.getString(10) + " of database " + database;
                    case "advisory" ->
                        "advisory lock [" + database + "," + rows.getString(10) + "," + rows.getString(11) + ","
                                + rows.getString(12) + "]";
                    default -> type + " " + rows.getString(9) + " " + rows.getString(11) + in;
                });
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    private static long micros(long micros) {
        return TimeUnit.MICROSECONDS.toNanos(micros);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
