package dev.zdm.crash;

import dev.zdm.change.ChangeException;
import dev.zdm.database.Database;
import dev.zdm.observation.CrashHistory.Crash;
import dev.zdm.observation.CrashHistory.Harm;
import dev.zdm.observation.CrashHistory.Moment;
import dev.zdm.observation.CrashHistory.Trial;
import dev.zdm.observation.Footprint;
import dev.zdm.plan.Change;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Carries a change out again: after it has come to its end, and after it was stopped at points drawn by lot, the same ones
 * each time. No server needs to be stopped for it. For use by one thread.
 */
public final class Repeats {
    private final Change change;
    private final Database before;
    private final Database reference;
    private final Duration limit;

    /**
     * Prepares repetitions.
     *
     * @param before a database in which the change was not carried out; it stays as it is
     * @param reference one in which it was; it stays as it is
     * @param limit how long the change may take
     */
    public Repeats(Change change, Database before, Database reference, Duration limit) {
        this.change = change;
        this.before = before;
        this.reference = reference;
        this.limit = limit;
    }

    /**
     * Carries the change out a second time.
     *
     * @return what that did: it failed, or left other data in a table; at most one for each table
     * @throws SQLException if the database cannot be observed
     */
    public List<Harm> again() throws SQLException, InterruptedException {
        try (Database copy = reference.copy()) {
            ChangeException failure = Aftermath.carryOut(change, copy, new Step.Recorder(), limit);
            if (failure != null) {
                return List.of(Aftermath.ofFailure(failure));
            }
            try (Connection once = Quiet.open(reference);
                    Connection twice = Quiet.open(copy)) {
                Quiet.awaitEndOfOthers(twice);
                TableDigests digests = TableDigests.read(once);
                List<Harm> harms = new ArrayList<>();
                for (String table : digests.differing(TableDigests.read(twice))) {
                    harms.add(Aftermath.ofTable(table, digests.differingColumns(table, once, twice)));
                }
                return harms;
            }
        }
    }

    /**
     * Terminates the change's backend at some points, and carries it out once more after each.
     *
     * @param statements what a run without disturbance does, in order
     * @param footprints what its statements lock
     * @param points at how many points at most
     * @return what became of it
     * @throws SQLException if the database cannot be observed
     */
    public List<Trial> stopped(List<SqlStatement> statements, List<Footprint> footprints, int points)
            throws SQLException, InterruptedException {
        CrashRun run = new CrashRun(
                change, false, null, CrashTrials.tables(footprints), CrashTrials.committing(footprints), limit);
        long deadline = System.nanoTime() + limit.toNanos();
        List<Stop> stops = new ArrayList<>();
        for (int place : places(statements.size(), points)) {
            Step step = new Step(place + 1, statements.get(place));
            // What commits on its way is stopped there, anything else where it has committed if it does so at all;
            // after the
            // only statement all would be done.
            boolean during = run.committing().contains(step.statement()) || statements.size() == 1;
            stops.add(new Stop(step, during ? Moment.DURING : Moment.AFTER, Crash.BACKEND_TERMINATED));
        }
        return new OneByOne(run, new Aftermath(change, limit, before, reference), before, deadline).all(stops);
    }

    /** The last statement is left out: stopped after it, the change is done. */
    private static Set<Integer> places(int statements, int points) {
        Random random = new Random(statements);
        Set<Integer> places = new TreeSet<>();
        int most = Math.max(1, statements - 1);
        while (places.size() < Math.min(points, most)) {
            places.add(random.nextInt(most));
        }
        return places;
    }
}
