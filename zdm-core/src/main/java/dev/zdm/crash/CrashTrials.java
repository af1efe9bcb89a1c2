package dev.zdm.crash;

import dev.zdm.change.ChangeException;
import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.observation.CrashHistory;
import dev.zdm.observation.CrashHistory.Crash;
import dev.zdm.observation.CrashHistory.Harm;
import dev.zdm.observation.CrashHistory.Outcome;
import dev.zdm.observation.CrashHistory.Trial;
import dev.zdm.observation.Footprint;
import dev.zdm.plan.Change;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stops the changes of a plan at every point where they can be stopped, on a server of its own, and carries them out again.
 *
 * <p>The server's database goes along with the plan: what a change makes of it without a crash is where the next begins. A
 * crash after which no transaction has committed is as if nothing had begun; the same clone then serves for the next
 * point, and the change is carried out once more on it at the end. For use by one thread.
 */
public final class CrashTrials implements AutoCloseable {
    private static final Duration LEAST_LIMIT = Duration.ofSeconds(30);
    private static final int TIMES_AS_LONG = 10;

    private final EmbeddedServer server;
    private final Duration longest;
    private Database state;

    /**
     * Begins.
     *
     * @param server a server that may be stopped; it stays open
     * @param baseline its database before the first change; closed with the trials
     * @param longest how long a change may take, and all points of one
     */
    public CrashTrials(EmbeddedServer server, Database baseline, Duration longest) {
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
        Database reference = state.copy();
        Step.Recorder recorder = new Step.Recorder();
        ChangeException failure = Aftermath.carryOut(change, reference, recorder, longest);
        if (failure != null) {
            reference.close();
            return CrashHistory.notTried("the change fails without a crash: " + failure.getMessage());
        }
        Duration limit = limit(Duration.ofNanos(System.nanoTime() - began));
        Aftermath aftermath = new Aftermath(change, limit, state, reference);
        Tries tries = new Tries(
                new CrashRun(change, server, tables(footprints), limit),
                aftermath,
                committing(footprints),
                began + longest.toNanos());
        List<CrashPoint> points = CrashPoint.of(recorder.steps());
        for (Crash crash : Crash.values()) {
            tries.all(points, crash);
        }
        state.close();
        state = reference;
        int planned = points.size() * Crash.values().length;
        return new CrashHistory(
                tries.trials,
                rows(footprints),
                Duration.ofNanos(System.nanoTime() - began),
                tries.trials.size() == planned
                        ? null
                        : "only " + tries.trials.size() + " of " + planned + " crash points within "
                                + longest.toSeconds() + " s, the limit of a change");
    }

    private Duration limit(Duration alone) {
        Duration enough = alone.multipliedBy(TIMES_AS_LONG);
        Duration limit = enough.compareTo(LEAST_LIMIT) < 0 ? LEAST_LIMIT : enough;
        return limit.compareTo(longest) > 0 ? longest : limit;
    }

    private static Set<Relation> tables(List<Footprint> footprints) {
        return footprints.stream()
                .flatMap(footprint -> Stream.concat(
                        footprint.locks().stream()
                                .filter(lock -> !lock.created())
                                .map(Footprint.LockTaken::table),
                        footprint.work().stream().map(Footprint.Work::relation)))
                .collect(Collectors.toSet());
    }

    private static Set<SqlStatement> committing(List<Footprint> footprints) {
        return footprints.stream()
                .filter(footprint -> footprint.seenFrom() == Footprint.SeenFrom.OUTSIDE)
                .map(Footprint::statement)
                .collect(Collectors.toSet());
    }

    private static long rows(List<Footprint> footprints) {
        return footprints.stream()
                .flatMap(footprint -> footprint.locks().stream())
                .mapToLong(Footprint.LockTaken::rows)
                .max()
                .orElse(0);
    }

    /** The trials of one change. */
    private final class Tries {
        private final CrashRun run;
        private final Aftermath aftermath;
        private final Set<SqlStatement> committing;
        private final long deadline;
        private final List<Trial> trials = new ArrayList<>();
        private final List<Trial> rolledBack = new ArrayList<>();
        private @Nullable Database clone;

        Tries(CrashRun run, Aftermath aftermath, Set<SqlStatement> committing, long deadline) {
            this.run = run;
            this.aftermath = aftermath;
            this.committing = committing;
            this.deadline = deadline;
        }

        void all(List<CrashPoint> points, Crash crash) throws SQLException, InterruptedException {
            try {
                for (CrashPoint point : points) {
                    if (System.nanoTime() > deadline) {
                        return;
                    }
                    one(point, crash);
                }
                runAgainAfterAll();
            } finally {
                trials.addAll(rolledBack);
                rolledBack.clear();
                drop();
            }
        }

        private void one(CrashPoint point, Crash crash) throws SQLException, InterruptedException {
            Database fresh = clone == null ? state.copy() : clone;
            clone = fresh;
            SqlStatement statement = point.step().statement();
            CrashRun.Result result = run.stopAt(point, crash, fresh, committing.contains(statement));
            if (!result.stopped()) {
                trials.add(new Trial(statement, point.moment(), crash, Outcome.NOT_INTERRUPTED, List.of()));
            } else if (result.committed()) {
                List<Harm> harms = aftermath.harms(fresh);
                Outcome outcome = harms.isEmpty() ? Outcome.REPEATED : Outcome.HARMED;
                trials.add(new Trial(statement, point.moment(), crash, outcome, harms));
            } else {
                rolledBack.add(new Trial(statement, point.moment(), crash, Outcome.ROLLED_BACK, List.of()));
            }
            if (result.committed()) {
                drop();
            }
        }

        /** What was rolled back is as if it had never begun; one more run on the last clone shows that it is. */
        private void runAgainAfterAll() throws SQLException, InterruptedException {
            Database last = clone;
            if (last == null || rolledBack.isEmpty()) {
                return;
            }
            List<Harm> harms = aftermath.harms(last);
            if (!harms.isEmpty()) {
                rolledBack.replaceAll(
                        trial -> new Trial(trial.statement(), trial.moment(), trial.crash(), Outcome.HARMED, harms));
            }
        }

        private void drop() {
            if (clone != null) {
                clone.close();
                clone = null;
            }
        }
    }

    @Override
    public void close() {
        state.close();
    }
}
