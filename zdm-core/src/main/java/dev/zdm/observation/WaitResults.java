package dev.zdm.observation;

import dev.zdm.observation.Attribution.Blame;
import dev.zdm.observation.LockWait.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the waits that are to be reported: all that the migration caused, and the longest
 * {@value #MAX_CONTENTION} that it did not; those are counted too.
 */
final class WaitResults {
    static final int MAX_CONTENTION = 10_000;

    private final LockWaitSources sources;
    private final WaitWords words;
    private final List<LockWait> caused = new ArrayList<>();
    private final PriorityQueue<LockWait> contention = new PriorityQueue<>(Comparator.comparing(LockWait::duration));
    private final Map<Key, ContentionSummary> summaries = new HashMap<>();

    WaitResults(LockWaitSources sources, WaitWords words) {
        this.sources = sources;
        this.words = words;
    }

    void add(ObservedWait wait, Blame blame) {
        Optional<SessionRole> waiter = sources.sessions().roleOf(wait.pid).filter(WaitResults::isReported);
        if (waiter.isEmpty()) {
            return;
        }
        if (blame.cause() != Cause.CONTENTION) {
            caused.add(lockWait(waiter.get(), wait, blame));
            return;
        }
        summaries.compute(new Key(waiter.get(), wait.operation), (key, summary) -> {
            ContentionSummary known = summary == null ? key.nothing() : summary;
            return known.plus(wait.duration());
        });
        if (madeRoomFor(wait.duration())) {
            contention.add(lockWait(waiter.get(), wait, blame));
        }
    }

    /** Returns the waits by begin. */
    List<LockWait> waits() {
        return Stream.concat(caused.stream(), contention.stream())
                .sorted(Comparator.comparing(LockWait::begin))
                .toList();
    }

    /** Returns the summaries, the one with the most waiting first. */
    List<ContentionSummary> summaries() {
        return summaries.values().stream()
                .sorted(Comparator.comparing(ContentionSummary::total).reversed())
                .toList();
    }

    private boolean madeRoomFor(Duration duration) {
        if (contention.size() < MAX_CONTENTION) {
            return true;
        }
        LockWait shortest = contention.peek();
        if (shortest == null || shortest.duration().compareTo(duration) >= 0) {
            return false;
        }
        contention.remove();
        return true;
    }

    private LockWait lockWait(SessionRole waiter, ObservedWait wait, Blame blame) {
        return new LockWait(
                waiter,
                wait.pid,
                wait.operation,
                wait.mode,
                wait.target.label(),
                words.relation(wait).orElse(null),
                wait.begin(),
                wait.duration(),
                blame.cause(),
                blame.caused(),
                culprit(blame)
                        .flatMap(run -> sources.migration().statementAt(run.pid, run.at))
                        .orElse(null),
                words.chain(wait, blame));
    }

    /**
     * Returns the session of the migration and the time to look for its statement: where it held the lock, when the
     * session before it in the chain began to wait; where it waited, when it began to. The log's times are early by up
     * to a millisecond, and no wait that it shows was shorter: by one later the lock was taken and still held.
     */
    private static Optional<Moment> culprit(Blame blame) {
        Blocker culprit = blame.culprit();
        if (culprit == null) {
            return Optional.empty();
        }
        ObservedWait last = blame.path().get(blame.path().size() - 1);
        ObservedWait decisive = culprit.holds() ? last : culprit.waiting().orElse(last);
        return Optional.of(new Moment(culprit.pid(), decisive.begin().plusMillis(1)));
    }

    private static boolean isReported(SessionRole role) {
        return switch (role) {
            case OLD_VERSION, NEW_VERSION, MIGRATION -> true;
            case BLOCKER, OBSERVER, OTHER -> false;
        };
    }

    private record Moment(int pid, Instant at) {}

    private record Key(SessionRole waiter, @Nullable OperationName operation) {
        ContentionSummary nothing() {
            return new ContentionSummary(waiter, operation, 0, Duration.ZERO, Duration.ZERO);
        }
    }
}
