package dev.zdm.crash;

import dev.zdm.observation.CrashHistory.Crash;
import dev.zdm.observation.CrashHistory.Harm;
import dev.zdm.observation.CrashHistory.Moment;
import dev.zdm.observation.CrashHistory.Outcome;
import dev.zdm.observation.CrashHistory.Trial;
import java.util.List;

/**
 * A point at which a change is stopped, and how.
 *
 * @param point where
 * @param crash how
 */
record Stop(CrashPoint point, Crash crash) {
    Stop(Step step, Moment moment, Crash crash) {
        this(new CrashPoint(step, moment), crash);
    }

    /** Returns what became of it. */
    Trial trial(Outcome outcome, List<Harm> harms) {
        return new Trial(point.step().statement(), point.moment(), crash, outcome, harms);
    }
}
