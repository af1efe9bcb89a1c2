package dev.zdm.rehearsal;

import dev.zdm.change.SessionSource;
import dev.zdm.observation.InvariantOutcome;
import dev.zdm.observation.InvariantOutcome.Broken;
import dev.zdm.plan.Invariant;
import dev.zdm.postgres.SqlState;
import dev.zdm.rehearsal.Moment.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the invariants of a moment, all in one snapshot, on a session of its own that cannot write.
 *
 * <p>While a change runs, what takes long, waits for a lock, or does not fit what the change has done so far, is given up
 * and does not count: only what an evaluation found does.
 */
final class InvariantLook implements Look {
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** At most a fifth of the time is spent on evaluations; the rest is the load's. */
    private static final int PAUSES_PER_LOOK = 4;

    private static final int LOCK_MILLIS_WHILE_CHANGING = 10;

    /** A session that is lost again and again is lost because of an invariant. */
    private static final int MOST_LOST = 3;

    private final SnapshotSession snapshot;
    private final WallClock clock;
    private final Duration limit;
    private final InvariantTally tally = new InvariantTally();
    private final Set<Invariant> failed = new HashSet<>();
    private @Nullable Moment latest;
    private int lost;
    private long pause = SHORTEST_PAUSE_NANOS;
    private volatile @Nullable Statement running;

    /**
     * Makes a look whose session is opened when it is needed.
     *
     * @param limit how long the evaluation of one invariant may take while no change runs
     */
    InvariantLook(SessionSource sessions, WallClock clock, Duration limit) {
        this.snapshot = new SnapshotSession(sessions);
        this.clock = clock;
        this.limit = limit;
    }

    /** Returns what the evaluations since the last call said; for any thread. */
    List<InvariantOutcome> takeOutcomes() {
        return tally.take();
    }

    @Override
    public boolean hasWork(Moment moment) {
        return !moment.invariants().isEmpty();
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public long pauseNanos() {
        return pause;
    }

    @Override
    public boolean look(Moment moment, Duration longest) throws SQLException {
        if (!moment.equals(latest)) {
            latest = moment;
            failed.clear();
        }
        long began = System.nanoTime();
        try (Statement statement = snapshot.get().createStatement()) {
            running = statement;
            statement.setEscapeProcessing(false);
            statement.setFetchSize(InvariantRows.FETCHED_AT_ONCE);
            boolean complete = evaluateAll(new Evaluation(moment, statement, clock.now(), began, longest));
            lost = 0;
            return complete;
        } catch (SQLException e) {
            if (SqlState.of(e).equals(SqlState.QUERY_CANCELED)) {
                return false; // By cancel().
            }
            lost++;
            if (lost >= MOST_LOST) {
                throw e;
            }
            return false;
        } finally {
            running = null;
            snapshot.end();
            pause = Math.max(SHORTEST_PAUSE_NANOS, PAUSES_PER_LOOK * (System.nanoTime() - began));
        }
    }

    /** One look under way. */
    private record Evaluation(Moment moment, Statement statement, Instant at, long began, Duration longest) {
        boolean changing() {
            return moment.kind() == Kind.CHANGE;
        }

        /** Returns how long the next invariant may take, in milliseconds; 0: there is no time left. */
        long millisLeft() {
            long spent = changing() ? System.nanoTime() - began : 0;
            return Math.max(0, longest.toMillis() - TimeUnit.NANOSECONDS.toMillis(spent));
        }
    }

    private boolean evaluateAll(Evaluation evaluation) throws SQLException {
        Statement statement = evaluation.statement();
        statement.execute("set local lock_timeout = " + (evaluation.changing() ? LOCK_MILLIS_WHILE_CHANGING : 0));
        boolean complete = true;
        for (Invariant invariant : evaluation.moment().invariants()) {
            long millis = evaluation.millisLeft();
            if (millis == 0) {
                return false;
            }
            if (!failed.contains(invariant)) {
                statement.execute("set local statement_timeout = " + millis);
                statement.execute("savepoint invariant");
                complete &= evaluate(invariant, millis, evaluation);
                statement.execute("rollback to savepoint invariant");
            }
        }
        return complete;
    }

    /** Returns false if the evaluation was given up. */
    private boolean evaluate(Invariant invariant, long millis, Evaluation evaluation) throws SQLException {
        Moment moment = evaluation.moment();
        long began = System.nanoTime();
        try (ResultSet rows = evaluation.statement().executeQuery(invariant.query())) {
            Broken broken = InvariantRows.read(rows, evaluation.at(), began + TimeUnit.MILLISECONDS.toNanos(millis));
            tally.add(invariant, moment, broken);
            return true;
        } catch (SQLException e) {
            SqlState state = SqlState.of(e);
            if (state.isSessionLost()) {
                throw e;
            }
            boolean timedOut = state.equals(SqlState.QUERY_CANCELED)
                    && System.nanoTime() - began >= TimeUnit.MILLISECONDS.toNanos(millis);
            if (evaluation.changing()) {
                return !state.equals(SqlState.QUERY_CANCELED) && !state.equals(SqlState.LOCK_NOT_AVAILABLE);
            }
            if (state.equals(SqlState.QUERY_CANCELED) && !timedOut) {
                return false; // By cancel().
            }
            failed.add(invariant);
            tally.fail(invariant, moment, state, timedOut ? tooSlow(millis) : String.valueOf(e.getMessage()));
            return true;
        }
    }

    private static String tooSlow(long millis) {
        return "it was stopped after " + millis / 1000.0 + " s, the limit of an invariant";
    }

    @Override
    public void cancel() {
        Statement statement = running;
        try {
            if (statement != null) {
                statement.cancel();
            }
        } catch (SQLException e) {
            // Then it ends by its time limit.
        }
    }

    @Override
    public void close() throws SQLException {
        snapshot.close();
    }
}
