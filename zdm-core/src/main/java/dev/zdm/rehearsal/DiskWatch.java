package dev.zdm.rehearsal;

import dev.zdm.observation.Hiccup.Missing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether a change's sessions wait until what they have logged is on disk, be it that they write it themselves or
 * that another session does. The time between two looks that both see it counts.
 *
 * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html#WAIT-EVENT-TABLE">wait events</a>
 */
final class DiskWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long NOT = Long.MIN_VALUE;

    private static final String WAITS = "select exists (select from pg_stat_activity"
            + " where lower(wait_event) in ('walsync', 'walwrite') and pid = any (?))";

    private final Connection connection;
    private final Supplier<Set<Integer>> backends;
    private final WallClock clock;
    private final HiccupMeter meter;
    private final Thread thread = new Thread(this::watch, "zdm-disk");
    private volatile boolean closed;

    private DiskWatch(Connection connection, Supplier<Set<Integer>> backends, WallClock clock, HiccupMeter meter) {
        this.connection = connection;
        this.backends = backends;
        this.clock = clock;
        this.meter = meter;
    }

    /**
     * Starts to watch.
     *
     * @param connection a session that nobody else uses meanwhile; it stays open
     * @param backends the change's server processes at the time
     * @param meter learns of the times
     */
    static DiskWatch start(Connection connection, Supplier<Set<Integer>> backends, WallClock clock, HiccupMeter meter) {
        DiskWatch watch = new DiskWatch(connection, backends, clock, meter);
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        long seen = NOT;
        try (PreparedStatement statement = connection.prepareStatement(WAITS)) {
            while (!closed) {
                long now = System.nanoTime();
                boolean waits = isWaiting(statement);
                if (waits && seen != NOT) {
                    meter.note(Missing.DISK, clock.at(seen), Duration.ofNanos(now - seen));
                }
                if (!waits) {
                    seen = NOT;
                } else {
                    seen = seen == NOT ? System.nanoTime() : now;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (SQLException e) {
            LOG.debug("what a change waits for is not seen any more", e); // It is to blame for all of it then.
        }
    }

    private boolean isWaiting(PreparedStatement statement) throws SQLException {
        statement.setArray(1, connection.createArrayOf("int", backends.get().toArray()));
        try (ResultSet row = statement.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        LockSupport.unpark(thread);
        thread.join();
    }
}
