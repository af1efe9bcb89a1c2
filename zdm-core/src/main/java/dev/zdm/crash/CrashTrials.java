package dev.zdm.crash;

import dev.zdm.change.ChangeException;
import dev.zdm.database.CrashableServer;
import dev.zdm.database.Database;
import dev.zdm.observation.CrashHistory;
import dev.zdm.observation.CrashHistory.Crash;
import dev.zdm.observation.CrashHistory.Trial;
import dev.zdm.observation.Footprint;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.Change;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stops the changes of a plan at every point where they can be stopped, on a server of its own, and carries them out again.
 *
 * <p>The server's database goes along with the plan: what a change makes of it without a crash is where the next begins. For
 * use by one thread.
 */
public final class CrashTrials implements AutoCloseable {
    private static final Duration LEAST_LIMIT = Duration.ofSeconds(30);
    private static final int TIMES_AS_LONG = 10;
    private static final int FEWEST_IN_ONE_PASS = 5;

    private final @Nullable CrashableServer server;
    private final Duration longest;
    private Database state;

    /**
     * Begins.
     *
     * @param server the database's server, which may be stopped and stays open; null: it may not, so that backends are
     *     terminated and clients go, and no more
     * @param baseline its database before the first change; closed with the trials
     * @param longest how long a change may take, and all points of one
     */
    public CrashTrials(@Nullable CrashableServer server, Database baseline, Duration longest) {
        this.server = server;
        this.state = baseline;
        this.longest = longest;
    }

    /**
     * Tries all points of the next change.
     *
     * @param footprints what its statements lock
     * @throws SQLException if the clones cannot be observed
     */
    public CrashHistory run(Change change, List<Footprint> footprints) throws SQLException, InterruptedException {
        long began = System.nanoTime();
        Database reference = CrashRun.copy(state, server);
        Step.Recorder recorder = new Step.Recorder();
        ChangeException failure = Aftermath.carryOut(change, reference, recorder, longest);
        if (failure != null) {
            reference.close();
            return CrashHistory.notTried("the change fails without a crash: " + failure.getMessage());
        }
        Duration limit = limit(Duration.ofNanos(System.nanoTime() - began));
        CrashRun crashes =
                new CrashRun(change, goesOn(change), server, tables(footprints), committing(footprints), limit);
        CrashHistory history = tried(crashes, new Aftermath(change, limit, state, reference), recorder.steps(), began);
        long rows = mostRows(crashes.tables());
        state.close();
        state = reference;
        return new CrashHistory(
                history.trials(),
                history.points(),
                rows,
                Duration.ofNanos(System.nanoTime() - began),
                history.notTried());
    }

    /** Returns whether a second run goes on where the first one stopped. */
    private static boolean goesOn(Change change) {
        return change instanceof Change.Retrying retrying ? goesOn(retrying.change()) : change instanceof Backfill;
    }

    private CrashHistory tried(CrashRun crashes, Aftermath aftermath, List<Step> steps, long began)
            throws SQLException, InterruptedException {
        boolean inOnePass = crashes.resumes() && steps.size() >= FEWEST_IN_ONE_PASS;
        List<Stop> stops = (inOnePass ? InOnePass.stops(steps) : stops(steps))
                .stream().filter(stop -> isPossible(stop.crash())).toList();
        long deadline = began + longest.toNanos();
        List<Trial> trials = inOnePass
                ? new InOnePass(crashes, aftermath, state, deadline).all(stops)
                : new OneByOne(crashes, aftermath, state, deadline).all(stops);
        boolean late = System.nanoTime() > deadline && trials.size() < stops.size();
        String why = "only " + trials.size() + " of " + stops.size() + " crash points within " + longest.toSeconds()
                + " s, the limit of a change";
        int points = CrashPoint.of(steps).size()
                * (int) Stream.of(Crash.values()).filter(this::isPossible).count();
        return new CrashHistory(trials, points, 0, Duration.ZERO, late ? why : null);
    }

    private boolean isPossible(Crash crash) {
        return server != null || crash != Crash.SERVER_STOPPED;
    }

    private static List<Stop> stops(List<Step> steps) {
        List<CrashPoint> points = CrashPoint.of(CrashPoint.thinned(steps));
        return Stream.of(Crash.values())
                .flatMap(crash -> points.stream().map(point -> new Stop(point, crash)))
                .toList();
    }

    private Duration limit(Duration alone) {
        Duration enough = alone.multipliedBy(TIMES_AS_LONG);
        Duration limit = enough.compareTo(LEAST_LIMIT) < 0 ? LEAST_LIMIT : enough;
        return limit.compareTo(longest) > 0 ? longest : limit;
    }

    static Set<Relation> tables(List<Footprint> footprints) {
        return footprints.stream()
                .flatMap(footprint -> Stream.concat(
                        footprint.locks().stream()
                                .filter(lock -> !lock.created())
                                .map(Footprint.LockTaken::table),
                        footprint.work().stream().map(Footprint.Work::relation)))
                .collect(Collectors.toSet());
    }

    static Set<SqlStatement> committing(List<Footprint> footprints) {
        return footprints.stream()
                .filter(footprint -> footprint.seenFrom() == Footprint.SeenFrom.OUTSIDE)
                .map(Footprint::statement)
                .collect(Collectors.toSet());
    }

    /** Returns how many rows the largest of these tables has before the change, of those that are there. */
    private long mostRows(Set<Relation> tables) throws SQLException {
        long most = 0;
        try (Connection connection = Quiet.open(state)) {
            for (Relation table : tables) {
                if (Quiet.isTable(table, connection)) {
                    most = Math.max(most, Quiet.number(connection, "select count(*) from " + table.qualified()));
                }
            }
        }
        return most;
    }

    @Override
    public void close() {
        state.close();
    }
}
