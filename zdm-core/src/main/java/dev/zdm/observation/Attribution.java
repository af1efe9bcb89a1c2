package dev.zdm.observation;

import dev.zdm.observation.LockWait.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the migration caused a wait, and how much of it: it follows those in the way to those in their way
 * while they waited too, until it comes to a session of the migration, or to an end.
 *
 * <p>Breadth first, so that the chain it reports is the shortest; every wait at most once for the same time, so that
 * cycles end.
 */
final class Attribution {
    /** Enough for hundreds of sessions; with more the answer may miss a part of what the migration caused. */
    private static final int MAX_STEPS = 10_000;

    private final WaitGraph graph;
    private final Blockers blockers;
    private boolean involvesMigration;

    Attribution(LockWaitSources sources, HeldLocks held, WaitGraph graph) {
        this.graph = graph;
        this.blockers = new Blockers(sources, held, graph);
    }

    /** Begins anew, for the graph has changed; between two calls it must not. */
    void graphChanged() {
        blockers.forget();
        involvesMigration = blockers.involveMigration();
    }

    /** Attributes a wait that is over. */
    Blame of(ObservedWait wait) {
        if (!involvesMigration) {
            return Blame.none(wait);
        }
        Search search = new Search(wait);
        search.run();
        return search.blame();
    }

    /** Returns who stood in the way of a wait, holders first. */
    List<Blocker> blockersOf(ObservedWait wait) {
        return blockers.of(wait);
    }

    /**
     * Why a session waited.
     *
     * @param cause why
     * @param caused how much of it the migration caused
     * @param path the waits that lead to the migration, the session's own first; only that for contention
     * @param culprit the session of the migration; null for contention
     */
    record Blame(
            Cause cause,
            Duration caused,
            List<ObservedWait> path,
            @Nullable Blocker culprit) {
        static Blame none(ObservedWait wait) {
            return new Blame(Cause.CONTENTION, Duration.ZERO, List.of(wait), null);
        }
    }

    /** A wait that delayed the first one for a time, and how it was come to. */
    private record Step(
            ObservedWait waiting, Span span, @Nullable Step from) {
        List<ObservedWait> path() {
            Deque<ObservedWait> path = new ArrayDeque<>();
            for (Step step = this; step != null; step = step.from) {
                path.addFirst(step.waiting);
            }
            return List.copyOf(path);
        }
    }

    /** A session of the migration that was come to. */
    private record Found(Step step, Blocker culprit) {
        Cause cause() {
            return culprit.holds() ? Cause.MIGRATION : Cause.LOCK_QUEUE;
        }
    }

    private final class Search {
        private final ObservedWait root;
        private final Deque<Step> ahead = new ArrayDeque<>();
        private final Map<ObservedWait, List<Span>> visited = new HashMap<>();
        private final List<Found> found = new ArrayList<>();

        Search(ObservedWait root) {
            this.root = root;
        }

        void run() {
            visit(root, new Span(root.begin(), root.end()), null);
            for (int steps = 0; steps < MAX_STEPS && !ahead.isEmpty(); steps++) {
                follow(ahead.removeFirst());
            }
        }

        private void follow(Step step) {
            List<Blocker> inTheWay = blockers.of(step.waiting()).stream()
                    .filter(blocker -> blocker.pid() != root.pid)
                    .toList();
            List<Blocker> blamed = inTheWay.stream().filter(Blocker::blamed).toList();
            if (!blamed.isEmpty()) {
                // Holders come first: one that holds the lock is a nearer cause than one that waits for it.
                found.add(new Found(step, blamed.get(0)));
                return;
            }
            for (Blocker blocker : inTheWay) {
                follow(blocker, step);
            }
        }

        private void follow(Blocker blocker, Step step) {
            for (ObservedWait next : graph.overlapping(blocker.pid(), step.waiting())) {
                boolean inTheWay = blocker.toTheEnd()
                        || blocker.waiting().filter(wait -> wait == next).isPresent();
                if (inTheWay && !step.waiting().wasGrantedDuring(next)) {
                    visit(next, step.span().clippedTo(next.begin(), next.end()), step);
                }
            }
        }

        private void visit(ObservedWait wait, Span span, @Nullable Step from) {
            List<Span> before = visited.computeIfAbsent(wait, unseen -> new ArrayList<>());
            if (!span.isEmpty() && before.stream().noneMatch(seen -> seen.contains(span))) {
                before.add(span);
                ahead.addLast(new Step(wait, span, from));
            }
        }

        Blame blame() {
            Duration caused =
                    Span.union(found.stream().map(one -> one.step().span()).toList());
            return found.stream()
                    .filter(one -> one.cause() == Cause.MIGRATION)
                    .findFirst()
                    .or(() -> found.stream().findFirst())
                    .map(one -> new Blame(one.cause(), caused, one.step().path(), one.culprit()))
                    .orElseGet(() -> Blame.none(root));
        }
    }

    /** A stretch of time. */
    private record Span(Instant from, Instant to) {
        Span clippedTo(Instant begin, Instant end) {
            return new Span(from.isBefore(begin) ? begin : from, to.isAfter(end) ? end : to);
        }

        boolean contains(Span other) {
            return !from.isAfter(other.from) && !to.isBefore(other.to);
        }

        boolean isEmpty() {
            return !from.isBefore(to);
        }

        static Duration union(List<Span> spans) {
            Duration sum = Duration.ZERO;
            Instant covered = Instant.MIN;
            List<Span> sorted = spans.stream()
                    .sorted((one, other) -> one.from.compareTo(other.from))
                    .toList();
            for (Span span : sorted) {
                Span rest = span.clippedTo(covered, Instant.MAX);
                if (!rest.isEmpty()) {
                    sum = sum.plus(Duration.between(rest.from, rest.to));
                    covered = rest.to;
                }
            }
            return sum;
        }
    }
}
