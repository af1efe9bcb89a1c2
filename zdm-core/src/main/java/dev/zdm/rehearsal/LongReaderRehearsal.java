package dev.zdm.rehearsal;

import dev.zdm.change.RunningChange;
import dev.zdm.change.SqlParameters;
import dev.zdm.change.StatementListener;
import dev.zdm.database.Database;
import dev.zdm.database.Standby;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.ReplicaHistory.LongReader;
import dev.zdm.plan.Change;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a change alone while a long query reads on the replica what the change locks. The replica has no choice: what
 * the primary has locked {@code ACCESS EXCLUSIVE}, the replay locks too.
 *
 * <p>For use by one thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-CONFLICT">Handling Query
 *     Conflicts</a>
 */
final class LongReaderRehearsal {
    private static final Duration REPLAY_LIMIT = Duration.ofMinutes(1);

    /** A standby that waits for its readers for ever is not waited for. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final Standby standby;
    private final Duration changeTime;

    LongReaderRehearsal(Standby standby, Duration changeTime) {
        this.standby = standby;
        this.changeTime = changeTime;
    }

    /** Returns the tables of the application that a change locks so that no reader gets through. */
    static List<Relation> tables(Inspected inspected) {
        return inspected.footprints().stream()
                .flatMap(footprint -> footprint.locks().stream()
                        .filter(lock -> lock.mode() == LockMode.ACCESS_EXCLUSIVE && !lock.created())
                        .map(Footprint.LockTaken::table)
                        .filter(table ->
                                inspected.use().during(footprint).used().contains(table)))
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * Rehearses a change.
     *
     * @param before the database as it was before the change; it stays open
     */
    LongReader run(Change change, List<Relation> tables, Database before) throws SQLException, InterruptedException {
        if (tables.isEmpty()) {
            return new LongReader(tables, null, Duration.ZERO, null, Duration.ZERO);
        }
        try (Database copy = before.copy()) {
            if (!standby.awaitReplay(REPLAY_LIMIT)) {
                throw new SQLException(
                        "the replica did not replay a copy of the database within " + REPLAY_LIMIT.toSeconds() + " s");
            }
            String url = standby.jdbcUrl(copy);
            try (ReplicaReader longReader = ReplicaReader.open(url, standby.credentials(), tables);
                    Connection observer = ReplicaStage.session(url, standby.credentials())) {
                longReader.readForLong();
                Watching watching = new Watching(copy, observer, longReader);
                return watching.run(change, tables);
            }
        }
    }

    /** The time of one change. */
    private final class Watching {
        private static final String WAITING = """
                select n.nspname, c.relname from pg_locks l join pg_class c on c.oid = l.relation
                join pg_namespace n on n.oid = c.relnamespace
                where not l.granted and l.pid = (select pid from pg_stat_activity where backend_type = 'startup')
                """;

        private final Database copy;
        private final Connection observer;
        private final ReplicaReader longReader;
        private @Nullable Relation conflict;
        private @Nullable ReplicaReader newReader;
        private boolean newReaderBlocked;
        private long conflictBegan;
        private long conflictEnded;

        Watching(Database copy, Connection observer, ReplicaReader longReader) {
            this.copy = copy;
            this.observer = observer;
            this.longReader = longReader;
        }

        LongReader run(Change change, List<Relation> tables) throws SQLException, InterruptedException {
            RunningChange running = new RunningChange(
                    change,
                    () -> DriverManager.getConnection(copy.jdbcUrl(), copy.credentials()),
                    SqlParameters.NONE,
                    StatementListener.NONE);
            try {
                awaitReplay(running);
            } finally {
                if (running.isRunning()) {
                    running.stop(
                            "the rehearsal with a long reader on the replica ended",
                            () -> DriverManager.getConnection(copy.jdbcUrl(), copy.credentials()));
                }
                if (newReader != null) {
                    longReader.close();
                    newReader.close();
                }
            }
            return new LongReader(
                    tables,
                    conflict,
                    Duration.ofNanos(conflict == null ? 0 : conflictEnded - conflictBegan),
                    longReader.error(),
                    newReader == null || !newReaderBlocked ? Duration.ZERO : newReader.took());
        }

        /** Watches until the replica has replayed the whole change, or has waited for the reader long enough. */
        private void awaitReplay(RunningChange running) throws SQLException, InterruptedException {
            long deadline = System.nanoTime() + changeTime.plus(LONGEST_WAIT).toNanos();
            boolean replayed = false;
            while (!replayed && System.nanoTime() < deadline && !hasWaitedLong()) {
                boolean changed = !running.isRunning();
                look();
                replayed = changed && !isWaiting() && standby.awaitReplay(Duration.ZERO);
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }

        private boolean hasWaitedLong() {
            return conflict != null && conflictEnded - conflictBegan > LONGEST_WAIT.toNanos();
        }

        private boolean isWaiting() throws SQLException {
            try (Statement statement = observer.createStatement();
                    ResultSet row = statement.executeQuery(WAITING)) {
                return row.next();
            }
        }

        private void look() throws SQLException {
            try (Statement statement = observer.createStatement();
                    ResultSet row = statement.executeQuery(WAITING)) {
                if (row.next()) {
                    conflictEnded = System.nanoTime();
                    if (conflict == null) {
                        conflictBegan = conflictEnded;
                        conflict = new Relation(row.getString(1), row.getString(2));
                        newReader = ReplicaReader.open(standby.jdbcUrl(copy), standby.credentials(), List.of());
                        newReader.readOnce(conflict);
                    }
                }
            }
            if (newReader != null && !newReaderBlocked) {
                newReaderBlocked = newReader.isBlocked(observer);
            }
        }
    }
}
