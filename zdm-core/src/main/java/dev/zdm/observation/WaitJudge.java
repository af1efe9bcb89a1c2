package dev.zdm.observation;

import dev.zdm.observation.Attribution.Blame;
import dev.zdm.observation.LockWait.Cause;
import dev.zdm.observation.SampledWait.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes one account of the two of a wait, the log's and the sampler's. The log is exact in when the session went on. The
 * sampler is exact in when the wait began and in who held what, and may see the lock granted before the session goes on;
 * and one look at a session that waits for the migration is enough to blame it.
 */
final class WaitJudge {
    private final SampledWaits samples;
    private final Culprits culprits;
    private final WaitWords words;

    WaitJudge(LockWaitSources sources, SampledWaits samples, Attribution attribution) {
        this.samples = samples;
        this.culprits = new Culprits(sources, samples.held());
        this.words = new WaitWords(sources, attribution);
    }

    /** A wait as it will be reported; its chain is worded only if it is kept. */
    record Judged(
            int pid,
            @Nullable OperationName operation,
            String mode,
            LockTarget target,
            Instant begin,
            Duration duration,
            Cause cause,
            Duration caused,
            Optional<Culprits.Culprit> culprit,
            Supplier<List<String>> chain) {}

    /** Judges a wait that the log tells of. */
    Judged of(ObservedWait wait, Blame blame) {
        Optional<SampledWait> sampled = samples.take(wait);
        sampled.ifPresent(one -> one.end(wait.forgotten ? samples.endOf(one, wait.end()) : wait.end()));
        Optional<SampledWait> blaming = sampled.filter(one -> one.why().cause() != Cause.CONTENTION);
        Duration duration = sampled.filter(one -> wait.forgotten)
                .map(one -> Duration.between(one.begin(), one.lastSeen()))
                .orElse(wait.duration());
        if (blaming.isEmpty()) {
            Optional<Culprits.Culprit> culprit = culprits.of(wait, blame);
            return new Judged(
                    wait.pid,
                    wait.operation,
                    wait.mode,
                    wait.target,
                    wait.begin(),
                    duration,
                    blame.cause(),
                    shorter(blame.caused(), duration),
                    culprit,
                    () -> words.chain(wait, blame, culprit));
        }
        Duration caused = longer(blaming.get().caused(), blame.caused());
        return judged(blaming.get(), wait.operation, untilGranted(duration, blaming.get()), caused);
    }

    /**
     * Returns a wait's length without what came after the lock table showed the lock as granted: until the session gets a
     * processor and writes so into the log, it waits for the machine. The wait itself ends there, so that what the machine
     * held up afterwards excuses nothing of what the migration did before.
     */
    private static Duration untilGranted(Duration time, SampledWait wait) {
        Instant gone = wait.gone();
        return gone == null ? time : shorter(time, Duration.between(wait.begin(), gone));
    }

    /** Judges a wait that only the sampler saw. */
    Judged of(SampledWait wait, Instant atLatest) {
        Instant end = samples.endOf(wait, atLatest);
        wait.end(end);
        return judged(wait, wait.operation, Duration.between(wait.begin(), end), wait.caused());
    }

    private Judged judged(SampledWait wait, @Nullable OperationName operation, Duration duration, Duration caused) {
        Evidence why = wait.why();
        Optional<Culprits.Culprit> culprit = culprits.of(wait);
        return new Judged(
                wait.row().pid(),
                operation,
                wait.row().mode(),
                wait.row().target(),
                wait.begin(),
                duration,
                why.cause(),
                shorter(caused, duration),
                culprit,
                () -> words.chain(why, culprit));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
