package dev.zdm.crash;

import dev.zdm.database.Database;
import dev.zdm.observation.CrashHistory.Crash;
import dev.zdm.observation.CrashHistory.Harm;
import dev.zdm.observation.CrashHistory.Outcome;
import dev.zdm.observation.CrashHistory.Trial;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stops a change at one point after the other.
 *
 * <p>A crash after which no transaction has committed is as if nothing had begun; the same clone then serves for the next
 * point, and the change is carried out once more on it at the end. If that comes to another end, each kind of crash gets a
 * clone of its own, to tell which is to blame.
 */
final class OneByOne {
    private final CrashRun run;
    private final Aftermath aftermath;
    private final Database state;
    private final long deadline;
    private final List<Trial> trials = new ArrayList<>();
    private final List<Stop> rolledBack = new ArrayList<>();
    private @Nullable Patient clone;

    /**
     * Begins.
     *
     * @param state the database before the change, to be cloned
     * @param deadline of {@link System#nanoTime()}
     */
    OneByOne(CrashRun run, Aftermath aftermath, Database state, long deadline) {
        this.run = run;
        this.aftermath = aftermath;
        this.state = state;
        this.deadline = deadline;
    }

    /** Carries out all of the stops, as far as the time goes. */
    List<Trial> all(List<Stop> stops) throws SQLException, InterruptedException {
        try {
            for (Stop stop : stops) {
                if (System.nanoTime() > deadline) {
                    break;
                }
                one(stop);
            }
            runAgainAfterAll();
        } finally {
            drop();
        }
        return trials;
    }

    private void one(Stop stop) throws SQLException, InterruptedException {
        Patient fresh = clone == null ? run.patient(state) : clone;
        clone = fresh;
        CrashRun.Result result = run.stopAt(stop, fresh);
        if (!result.stopped()) {
            trials.add(stop.trial(Outcome.NOT_INTERRUPTED, List.of()));
        } else if (result.committed()) {
            List<Harm> harms = aftermath.harms(fresh.database());
            trials.add(stop.trial(harms.isEmpty() ? Outcome.REPEATED : Outcome.HARMED, harms));
        } else {
            rolledBack.add(stop);
        }
        if (result.committed()) {
            drop();
        }
    }

    /** What was rolled back is as if it had never begun; one more run on the last clone shows that it is. */
    private void runAgainAfterAll() throws SQLException, InterruptedException {
        Patient last = clone;
        List<Harm> harms = last == null || rolledBack.isEmpty() ? List.of() : aftermath.harms(last.database());
        Set<Crash> kinds = rolledBack.stream()
                .map(Stop::crash)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Crash.class)));
        if (harms.isEmpty() || kinds.size() == 1) {
            settle(rolledBack, harms);
            return;
        }
        for (Crash kind : kinds) {
            List<Stop> ofKind =
                    rolledBack.stream().filter(stop -> stop.crash() == kind).toList();
            settle(ofKind, harmsOfAll(ofKind));
        }
    }

    private List<Harm> harmsOfAll(List<Stop> stops) throws SQLException, InterruptedException {
        try (Patient own = run.patient(state)) {
            for (Stop stop : stops) {
                run.stopAt(stop, own);
            }
            return aftermath.harms(own.database());
        }
    }

    private void settle(List<Stop> stops, List<Harm> harms) {
        stops.forEach(stop -> trials.add(stop.trial(harms.isEmpty() ? Outcome.ROLLED_BACK : Outcome.HARMED, harms)));
    }

    private void drop() {
        if (clone != null) {
            clone.close();
            clone = null;
        }
    }
}
