package dev.zdm.observation;

import dev.zdm.observation.ObservedWait.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The waits that are open, or that may still explain another one. For use by one thread. */
final class WaitGraph {
    /** Within this the order of two instants of different log entries is not known. */
    static final Duration RESOLUTION = Duration.ofMillis(2);

    private final Map<Integer, ObservedWait> open = new HashMap<>();
    private final Map<Integer, List<ObservedWait>> byPid = new HashMap<>();

    @Nullable
    ObservedWait openOf(int pid) {
        return open.get(pid);
    }

    Collection<ObservedWait> open() {
        return List.copyOf(open.values());
    }

    void opened(ObservedWait wait) {
        open.put(wait.pid, wait);
        byPid.computeIfAbsent(wait.pid, pid -> new ArrayList<>()).add(wait);
    }

    void closed(ObservedWait wait) {
        open.remove(wait.pid, wait);
    }

    boolean anyMatch(Predicate<ObservedWait> condition) {
        return byPid.values().stream().flatMap(List::stream).anyMatch(condition);
    }

    /** Returns the waits of a session that went on while another did. */
    List<ObservedWait> overlapping(int pid, ObservedWait other) {
        List<ObservedWait> waits = byPid.getOrDefault(pid, List.of());
        List<ObservedWait> overlapping = new ArrayList<>();
        for (int i = firstOpenAfter(waits, other.firstEntry()); i < waits.size(); i++) {
            ObservedWait wait = waits.get(i);
            if (wait.firstEntry() >= other.lastEntry()) {
                break;
            }
            if (wait != other && wait.overlaps(other)) {
                overlapping.add(wait);
            }
        }
        return overlapping;
    }

    /** Returns the wait of a session that went on when the server looked who holds some lock. */
    Optional<ObservedWait> goingOn(int pid, Observation at) {
        List<ObservedWait> waits = byPid.getOrDefault(pid, List.of());
        int index = firstOpenAfter(waits, at.entry());
        return index < waits.size() && waits.get(index).beganBefore(at)
                ? Optional.of(waits.get(index))
                : Optional.empty();
    }

    /** A session has one wait after the other, so that they are ordered by their ends, and an open one is the last. */
    private static int firstOpenAfter(List<ObservedWait> waits, long entry) {
        int low = 0;
        int high = waits.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (waits.get(middle).lastEntry() > entry) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /**
     * Returns who held a lock and who waited for it while a session did. Where its own entries do not tell, because the
     * lock was granted while the server wrote them, those of another that waited for the same lock at the time do.
     */
    Optional<Observation> observationOf(ObservedWait wait) {
        if (wait.observation != null) {
            return Optional.of(wait.observation);
        }
        return byPid.values().stream()
                .flatMap(List::stream)
                .filter(peer -> peer.target.equals(wait.target))
                .flatMap(peer -> Stream.ofNullable(peer.observation))
                .filter(seen -> !seen.at().isBefore(wait.begin().plus(RESOLUTION.dividedBy(2)))
                        && seen.at().isBefore(wait.end()))
                .findFirst();
    }

    /** Forgets the waits that ended before an instant, and others that are of no more use. */
    void forget(Instant endedBefore, Predicate<ObservedWait> useless) {
        byPid.values().removeIf(waits -> {
            waits.removeIf(wait -> wait.end().isBefore(endedBefore) || useless.test(wait));
            return waits.isEmpty();
        });
    }
}
