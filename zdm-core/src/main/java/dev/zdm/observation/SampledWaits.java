package dev.zdm.observation;

import dev.zdm.observation.LockWait.Cause;
import dev.zdm.observation.SampledWait.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts snapshots of the lock table together to waits, and says of each whether the migration caused it: at each
 * snapshot it follows those in the way to those in their way, until it comes to a session of the migration.
 *
 * <p>For use by one thread.
 */
final class SampledWaits {
    private final LockWaitSources sources;
    private final LocksHeld held = new LocksHeld();
    private final Map<Integer, SampledWait> open = new HashMap<>();
    private final List<SampledWait> ended = new ArrayList<>();

    SampledWaits(LockWaitSources sources) {
        this.sources = sources;
    }

    /** Returns what the migration was seen to hold. */
    LocksHeld held() {
        return held;
    }

    void accept(LockSnapshot snapshot) {
        snapshot.rows().stream()
                .filter(row -> row.granted() && isMigration(row.pid()))
                .forEach(row -> held.note(row, snapshot.at()));
        if (snapshot.isComplete()) {
            endThoseGone(snapshot);
            snapshot.waits()
                    .filter(row -> sources.sessions().roleOf(row.pid()).isPresent())
                    .forEach(row -> seen(row, snapshot));
        }
    }

    private void endThoseGone(LockSnapshot snapshot) {
        for (Iterator<SampledWait> all = open.values().iterator(); all.hasNext(); ) {
            SampledWait wait = all.next();
            if (snapshot.waitOf(wait.row().pid())
                    .filter(wait.row()::isSameWaitAs)
                    .isEmpty()) {
                wait.gone(snapshot.at());
                ended(wait);
                all.remove();
            }
        }
    }

    /** Looks at once who it was, for a session remembers its latest operations only. */
    private void ended(SampledWait wait) {
        wait.operation = sources.sessions()
                .operationAt(wait.row().pid(), wait.begin(), wait.lastSeen())
                .orElse(null);
        ended.add(wait);
    }

    private void seen(LockRow row, LockSnapshot snapshot) {
        Evidence why = why(row, snapshot);
        SampledWait known = open.get(row.pid());
        if (known == null) {
            open.put(row.pid(), new SampledWait(row, why));
        } else {
            known.seen(why);
        }
    }

    private record Step(LockRow waiting, @Nullable Step from) {
        List<LockRow> path() {
            Deque<LockRow> path = new ArrayDeque<>();
            for (Step step = this; step != null; step = step.from) {
                path.addFirst(step.waiting);
            }
            return List.copyOf(path);
        }
    }

    /** Breadth first, so that the shortest way to the migration is found. */
    private Evidence why(LockRow root, LockSnapshot snapshot) {
        Deque<Step> ahead = new ArrayDeque<>(List.of(new Step(root, null)));
        Set<Integer> visited = new HashSet<>(Set.of(root.pid()));
        while (!ahead.isEmpty()) {
            Step step = ahead.removeFirst();
            List<LockRow> inTheWay = snapshot.blockersOf(step.waiting());
            Optional<LockRow> culprit = inTheWay.stream()
                    .filter(row -> row.pid() != root.pid() && isBlamed(row, snapshot))
                    .findFirst();
            if (culprit.isPresent()) {
                return evidence(step, culprit.get(), inTheWay, snapshot);
            }
            for (LockRow blocker : inTheWay) {
                Optional<LockRow> its = snapshot.waitOf(blocker.pid());
                if (its.isPresent() && visited.add(blocker.pid())) {
                    ahead.addLast(new Step(its.get(), step));
                }
            }
        }
        return new Evidence(Cause.CONTENTION, snapshot.at(), List.of(root), null, snapshot.blockersOf(root), null);
    }

    private static Evidence evidence(Step step, LockRow culprit, List<LockRow> inTheWay, LockSnapshot snapshot) {
        Instant at = snapshot.at();
        return culprit.granted()
                ? new Evidence(
                        Cause.MIGRATION, at, step.path(), culprit, inTheWay, snapshot.rowRelation(step.waiting()))
                : new Evidence(Cause.LOCK_QUEUE, at, step.path(), culprit, snapshot.blockersOf(culprit), null);
    }

    /**
     * Tells whether somebody in the way is the migration and the cause. Who waits for the right to be next at a row would
     * wait for that row's transaction anyway: the migration is not blamed for being next, but followed.
     */
    private boolean isBlamed(LockRow row, LockSnapshot snapshot) {
        return isMigration(row.pid())
                && (row.target().kind() != LockTarget.Kind.TUPLE
                        || snapshot.waitOf(row.pid()).isEmpty());
    }

    private boolean isMigration(int pid) {
        return sources.sessions()
                .roleOf(pid)
                .filter(role -> role == SessionRole.MIGRATION)
                .isPresent();
    }

    /** Returns the wait that the log tells of too, and forgets it; empty: it was not seen. */
    Optional<SampledWait> take(ObservedWait wait) {
        Optional<SampledWait> told = ended.stream()
                .filter(sampled -> sampled.isTold(wait))
                .min(Comparator.comparing(sampled -> sampled.distanceTo(wait)));
        told.ifPresent(ended::remove);
        return told;
    }

    /** Returns the waits last seen before an instant, and forgets them. */
    List<SampledWait> takeAll(Instant lastSeenBefore) {
        List<SampledWait> old = ended.stream()
                .filter(wait -> wait.lastSeen().isBefore(lastSeenBefore))
                .toList();
        ended.removeAll(old);
        return old;
    }

    /** Ends those that nobody has looked after since an instant: the sampler has gone to rest. */
    void endUnseenSince(Instant at) {
        for (Iterator<SampledWait> all = open.values().iterator(); all.hasNext(); ) {
            SampledWait wait = all.next();
            if (wait.lastSeen().isBefore(at)) {
                ended(wait);
                all.remove();
            }
        }
    }

    /** Notes when the operations of those that nobody has seen end did, for a session remembers its latest ones only. */
    void noteOperations() {
        open.values().forEach(this::endOfOperation);
    }

    /**
     * Returns when a wait ended: between the last snapshot that shows it and the first that does not; not after the
     * operation or the statement that waited, and if the migration held the lock, with its statement.
     */
    Instant endOf(SampledWait wait, Instant atLatest) {
        Instant from = wait.lastSeen();
        Instant gone = wait.gone();
        Instant to = gone == null || gone.isAfter(atLatest) ? atLatest : gone;
        Instant latest = endOfOperation(wait).filter(to::isAfter).orElse(to.isBefore(from) ? from : to);
        return released(wait)
                .filter(at -> at.isAfter(from) && at.isBefore(latest))
                .orElseGet(() -> gone == null
                        ? latest
                        : from.plus(Duration.between(from, latest).dividedBy(2)));
    }

    /** Returns the end of the operation that waited; empty: not known, or before the wait was last seen. */
    private Optional<Instant> endOfOperation(SampledWait wait) {
        Instant from = wait.lastSeen();
        if (wait.operationEnd == null || !wait.operationEnd.isAfter(from)) {
            wait.operationEnd = sources.sessions()
                    .runAt(wait.row().pid(), wait.begin(), from)
                    .map(SessionOperations.Run::end)
                    .orElse(null);
        }
        return Optional.ofNullable(wait.operationEnd).filter(from::isBefore);
    }

    private Optional<Instant> released(SampledWait wait) {
        LockRow culprit = wait.latest().culprit();
        return culprit == null || wait.latest().path().size() > 1
                ? Optional.empty()
                : sources.migration().endOfStatementAt(culprit.pid(), wait.lastSeen());
    }
}
