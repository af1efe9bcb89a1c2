package dev.zdm.observation;

import dev.zdm.observation.LockWait.Cause;
import dev.zdm.observation.WaitJudge.Judged;
import java.time.Duration;
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

    /** The sampler sees shorter ones too, which nobody wants to know. */
    private static final Duration SHORTEST_CONTENTION = Duration.ofMillis(1);

    private final LockWaitSources sources;
    private final List<LockWait> caused = new ArrayList<>();
    private final PriorityQueue<LockWait> contention = new PriorityQueue<>(Comparator.comparing(LockWait::duration));
    private final Map<Key, ContentionSummary> summaries = new HashMap<>();

    WaitResults(LockWaitSources sources) {
        this.sources = sources;
    }

    void add(Judged wait) {
        Optional<SessionRole> waiter = sources.sessions().roleOf(wait.pid()).filter(WaitResults::isReported);
        if (waiter.isEmpty()) {
            return;
        }
        if (wait.cause() != Cause.CONTENTION) {
            caused.add(lockWait(waiter.get(), wait));
        } else if (wait.duration().compareTo(SHORTEST_CONTENTION) >= 0) {
            addContention(waiter.get(), wait);
        }
    }

    private void addContention(SessionRole waiter, Judged wait) {
        summaries.compute(new Key(waiter, wait.operation()), (key, summary) -> {
            ContentionSummary known = summary == null ? key.nothing() : summary;
            return known.plus(wait.duration());
        });
        if (madeRoomFor(wait.duration())) {
            contention.add(lockWait(waiter, wait));
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

    private LockWait lockWait(SessionRole waiter, Judged wait) {
        return new LockWait(
                waiter,
                wait.pid(),
                wait.operation(),
                wait.mode(),
                wait.target().label(),
                wait.target().name(sources.relations()).orElse(null),
                wait.begin(),
                wait.duration(),
                wait.cause(),
                wait.caused(),
                wait.culprit().map(Culprits.Culprit::statement).orElse(null),
                wait.chain().get());
    }

    private static boolean isReported(SessionRole role) {
        return switch (role) {
            case OLD_VERSION, NEW_VERSION, MIGRATION -> true;
            case BLOCKER, OBSERVER, OTHER -> false;
        };
    }

    private record Key(SessionRole waiter, @Nullable OperationName operation) {
        ContentionSummary nothing() {
            return new ContentionSummary(waiter, operation, 0, Duration.ZERO, Duration.ZERO);
        }
    }
}
