package dev.zdm.crash;

import dev.zdm.database.Database;
import dev.zdm.observation.CrashHistory.Crash;
import dev.zdm.observation.CrashHistory.Harm;
import dev.zdm.observation.CrashHistory.Moment;
import dev.zdm.observation.CrashHistory.Outcome;
import dev.zdm.observation.CrashHistory.Trial;
import dev.zdm.postgres.SqlStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Stops a backfill that goes on where it was stopped in each of its batches, of very many in some fifty, in one pass
 * over one clone: each run stops a little further on than the one before.
 *
 * <p>A batch that was committed does not come again, so that each batch can be stopped once in a way after which it is
 * committed, and before that in others. Most are stopped in one way, in turns; some, the first, the middle and the last one
 * and some by chance, the same in each run, in several, of which those that stop the server take longest.
 */
final class InOnePass {
    private static final int MOST_BATCHES = 50;
    private static final int FIRST_ONES = 2;
    private static final int BY_CHANCE = 2;

    private static final List<Way> IN_TURNS = List.of(
            new Way(Moment.DURING, Crash.BACKEND_TERMINATED),
            new Way(Moment.AFTER, Crash.CLIENT_GONE),
            new Way(Moment.DURING, Crash.CLIENT_GONE),
            new Way(Moment.AFTER, Crash.BACKEND_TERMINATED));

    /** After these the batch is not committed. */
    private static final List<Way> ROLLED_BACK =
            List.of(new Way(Moment.DURING, Crash.BACKEND_TERMINATED), new Way(Moment.DURING, Crash.SERVER_STOPPED));

    /** After these it is. */
    private static final List<Way> COMMITTED = List.of(
            new Way(Moment.AFTER, Crash.BACKEND_TERMINATED),
            new Way(Moment.AFTER, Crash.CLIENT_GONE),
            new Way(Moment.AFTER, Crash.SERVER_STOPPED),
            new Way(Moment.DURING, Crash.CLIENT_GONE));

    private record Way(Moment moment, Crash crash) {
        Stop at(Step step) {
            return new Stop(step, moment, crash);
        }
    }

    private final CrashRun run;
    private final Aftermath aftermath;
    private final Database state;
    private final long deadline;
    private final List<Trial> trials = new ArrayList<>();
    private boolean begun;

    /**
     * Begins.
     *
     * @param state the database before the change, to be cloned
     * @param deadline of {@link System#nanoTime()}
     */
    InOnePass(CrashRun run, Aftermath aftermath, Database state, long deadline) {
        this.run = run;
        this.aftermath = aftermath;
        this.state = state;
        this.deadline = deadline;
    }

    /** Returns the stops of a backfill with these batches, in order. */
    static List<Stop> stops(List<Step> batches) {
        List<Stop> stops = new ArrayList<>();
        for (Crash crash : Crash.values()) {
            stops.add(new Stop(batches.get(0), Moment.BEFORE, crash));
        }
        Set<Integer> closely = closely(batches.size());
        int looked = 0;
        int every = (batches.size() + MOST_BATCHES - 1) / MOST_BATCHES;
        for (int batch = 0; batch < batches.size(); batch++) {
            Step step = batches.get(batch);
            if (closely.contains(batch)) {
                ROLLED_BACK.forEach(way -> stops.add(way.at(step)));
                stops.add(COMMITTED.get(looked % COMMITTED.size()).at(step));
                looked++;
            } else if (batch % every == 0) {
                stops.add(IN_TURNS.get(batch / every % IN_TURNS.size()).at(step));
            }
        }
        return stops;
    }

    private static Set<Integer> closely(int batches) {
        Set<Integer> closely = new TreeSet<>(List.of(batches / 2, batches - 1));
        for (int first = 0; first < Math.min(FIRST_ONES, batches); first++) {
            closely.add(first);
        }
        Random chance = new Random(batches);
        for (int i = 0; i < BY_CHANCE; i++) {
            closely.add(chance.nextInt(batches));
        }
        return closely;
    }

    /** Carries out all of the stops on a clone, as far as the time goes, and compares the end. */
    List<Trial> all(List<Stop> stops) throws SQLException, InterruptedException {
        try (Patient clone = run.patient(state)) {
            return all(stops, clone);
        }
    }

    private List<Trial> all(List<Stop> stops, Patient clone) throws SQLException, InterruptedException {
        for (Stop stop : stops) {
            if (System.nanoTime() > deadline) {
                break;
            }
            CrashRun.Result result = run.stopAt(stop, clone);
            SqlStatement met = result.met();
            if (met == null || result.failure() != null) {
                return endedBeforeItWasStopped(result, clone);
            }
            trials.add(new Trial(met, stop.point().moment(), stop.crash(), outcome(result), List.of()));
        }
        return withHarms(aftermath.harms(clone.database()));
    }

    private Outcome outcome(CrashRun.Result result) {
        begun |= result.committed();
        if (!result.stopped()) {
            return Outcome.NOT_INTERRUPTED;
        }
        return begun ? Outcome.REPEATED : Outcome.ROLLED_BACK;
    }

    /** The last crash is to blame if the next run failed; batches whose size goes by time may also be fewer this time. */
    private List<Trial> endedBeforeItWasStopped(CrashRun.Result result, Patient clone)
            throws SQLException, InterruptedException {
        if (result.failure() == null) {
            return withHarms(aftermath.compare(clone.database(), null));
        }
        int last = trials.size() - 1;
        if (last < 0) {
            throw new SQLException("the change fails without a crash", result.failure());
        }
        trials.set(last, harmed(trials.get(last), aftermath.compare(clone.database(), result.failure())));
        return trials;
    }

    /** What is wrong at the end may come from any of them. */
    private List<Trial> withHarms(List<Harm> harms) {
        if (!harms.isEmpty()) {
            trials.replaceAll(trial -> trial.outcome() == Outcome.NOT_INTERRUPTED ? trial : harmed(trial, harms));
        }
        return trials;
    }

    private static Trial harmed(Trial trial, List<Harm> harms) {
        return new Trial(trial.statement(), trial.moment(), trial.crash(), Outcome.HARMED, harms);
    }
}
