package dev.zdm.observation;

import dev.zdm.observation.LockTarget.Kind;
import dev.zdm.observation.ObservedWait.Observation;
import dev.zdm.postgres.LockMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds out which of the sessions that the log lists beside a wait really stood in its way.
 *
 * <p>A session waits for those that hold the lock in a mode that conflicts with the one it asks for, and for those that
 * asked for a conflicting mode before it (<a
 * href="https://www.postgresql.org/docs/current/functions-info.html">{@code pg_blocking_pids}</a> calls them hard and
 * soft blocks). The log lists all holders and all waiters, without modes; the modes of waiters come from their own
 * entries, those of holders are inferred:
 *
 * <ul>
 *   <li>One that goes on waiting while the session gets its lock did not stand in its way.
 *   <li>Two sessions that hold a relation do not conflict with each other, so that none of them keeps out a reader: that
 *       takes {@code ACCESS EXCLUSIVE}, which nobody holds beside another.
 *   <li>Where a session ahead is known to conflict, it explains the wait, and what it waits for itself says whether the
 *       migration is behind it; otherwise a session of the migration that holds the lock is the cause, for the modes
 *       that an application takes to read and write rows let each other pass.
 *   <li>A row's lock ({@code tuple}) is held by the next in line while it waits for the row's transaction. Who waits for
 *       such a lock would wait for that transaction anyway; so a session of the migration that holds it and waits is not
 *       the cause, but followed.
 * </ul>
 */
final class Blockers {
    private final LockWaitSources sources;
    private final HeldLocks heldLocks;
    private final WaitGraph graph;
    private final Map<ObservedWait, List<Blocker>> found = new HashMap<>();

    Blockers(LockWaitSources sources, HeldLocks heldLocks, WaitGraph graph) {
        this.sources = sources;
        this.heldLocks = heldLocks;
        this.graph = graph;
    }

    /** Begins anew, for the graph has changed. */
    void forget() {
        found.clear();
    }

    /** Returns who stood in the way of a wait, holders first. */
    List<Blocker> of(ObservedWait wait) {
        return found.computeIfAbsent(
                wait, one -> graph.observationOf(one).map(seen -> of(one, seen)).orElse(List.of()));
    }

    /** Tells whether any session but the migration's own has seen the migration hold a lock or wait for it. */
    boolean involveMigration() {
        return graph.anyMatch(wait -> {
            Observation seen = wait.observation;
            return seen != null
                    && !isMigration(wait.pid)
                    && Stream.concat(seen.queue().holders().stream(), seen.queue().waiters().stream())
                            .anyMatch(this::isMigration);
        });
    }

    private List<Blocker> of(ObservedWait wait, Observation seen) {
        List<Integer> holders = holders(wait, seen);
        List<Integer> ahead = seen.queue().waiters().stream()
                .filter(pid -> pid != wait.pid && isAhead(pid, wait, seen) && !letPass(pid, wait, seen))
                .toList();
        boolean explained = ahead.stream().anyMatch(pid -> explains(pid, wait, seen));
        boolean toTheEnd = wait.target.kind() == Kind.TRANSACTION || holders.size() + ahead.size() == 1;
        List<Blocker> blockers = new ArrayList<>();
        for (int pid : holders) {
            boolean blamed = isMigration(pid) && guilt(pid, wait, seen).blames(explained);
            blockers.add(new Blocker(pid, true, blamed, toTheEnd, graph.goingOn(pid, seen)));
        }
        for (int pid : ahead) {
            boolean blamed = isMigration(pid) && wait.target.kind() != Kind.TUPLE;
            blockers.add(new Blocker(pid, false, blamed, toTheEnd, waitingForSame(pid, wait, seen)));
        }
        return blockers;
    }

    private List<Integer> holders(ObservedWait wait, Observation seen) {
        Stream<Integer> waiting = seen.queue().waiters().stream().filter(pid -> holdsAndWaits(pid, wait, seen));
        return Stream.concat(seen.queue().holders().stream(), waiting)
                .filter(pid -> pid != wait.pid && !letPass(pid, wait, seen))
                .distinct()
                .toList();
    }

    private boolean letPass(int pid, ObservedWait wait, Observation seen) {
        return graph.goingOn(pid, seen).filter(wait::wasGrantedDuring).isPresent();
    }

    private Guilt guilt(int pid, ObservedWait wait, Observation seen) {
        return switch (wait.target.kind()) {
            case RELATION -> guiltForRelation(pid, wait, seen);
            case TUPLE -> graph.goingOn(pid, seen).isEmpty() ? Guilt.LIKELY : Guilt.NONE;
            case TRANSACTION -> Guilt.CERTAIN;
            case OTHER -> Guilt.LIKELY;
        };
    }

    private Guilt guiltForRelation(int pid, ObservedWait wait, Observation seen) {
        Optional<LockMode> wanted = wait.lockMode;
        Long relation = wait.target.relation();
        if (wanted.isEmpty() || relation == null) {
            return Guilt.LIKELY;
        }
        Optional<LockMode> held = heldLocks.strongest(pid, relation, seen.at());
        if (held.isPresent()) {
            return held.get().conflictsWith(wanted.get()) ? Guilt.CERTAIN : Guilt.NONE;
        }
        return switch (wanted.get()) {
            case ACCESS_EXCLUSIVE -> Guilt.CERTAIN;
            // Unannounced holders do not count as others: they may be the migration's own parallel workers.
            case ACCESS_SHARE ->
                seen.queue().holders().stream().anyMatch(other -> other != wait.pid && isSomebodyElse(other))
                        ? Guilt.NONE
                        : Guilt.LIKELY;
            case ROW_SHARE, ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE, SHARE, SHARE_ROW_EXCLUSIVE, EXCLUSIVE ->
                Guilt.LIKELY;
        };
    }

    /** Tells whether a session that waits ahead is certain to conflict, and is known to have waited for whom. */
    private boolean explains(int pid, ObservedWait wait, Observation seen) {
        return wait.lockMode.isPresent()
                && waitingForSame(pid, wait, seen)
                        .filter(other -> other.observation != null && other.lockMode.isPresent())
                        .isPresent();
    }

    /** Tells whether a session waits for the same lock in a mode that conflicts, and is to be served first. */
    private boolean isAhead(int pid, ObservedWait wait, Observation seen) {
        if (wait.target.kind() == Kind.TRANSACTION) {
            return false;
        }
        boolean touchedBefore = seen.queue().touchedBefore(pid, wait.pid);
        Optional<ObservedWait> other = waitingForSame(pid, wait, seen);
        if (other.isEmpty()) {
            return touchedBefore;
        }
        boolean overtaken = seen.queue().touchedBefore(wait.pid, pid) && givesWayToHolders(other.get());
        // Too close to tell by the clock: the list knows who came first, unless one held the lock before it waited;
        // then
        // the order of the first entries tells, which both write as long after the begin of their wait.
        boolean wroteBefore = other.get().firstEntry() < wait.firstEntry();
        return beganBefore(other.get(), wait).orElse(touchedBefore || wroteBefore)
                && other.get().conflictsWith(wait)
                && !overtaken;
    }

    /**
     * Tells whether a waiting session lets those pass that hold the relation already and ask for more: they are served
     * first if it must wait for them anyway ({@code JoinWaitQueue} in {@code proc.c}). The least that they can hold is
     * what readers hold.
     */
    private static boolean givesWayToHolders(ObservedWait waiting) {
        return waiting.target.kind() == Kind.RELATION
                && waiting.lockMode.filter(LockMode::blocksReaders).isPresent();
    }

    /** Tells whether a waiting session holds the lock too: it touched it before another that waits longer. */
    private boolean holdsAndWaits(int pid, ObservedWait wait, Observation seen) {
        return seen.queue().touchedBefore(pid, wait.pid)
                && waitingForSame(pid, wait, seen)
                        .flatMap(other -> beganBefore(other, wait))
                        .filter(before -> !before)
                        .isPresent();
    }

    private Optional<ObservedWait> waitingForSame(int pid, ObservedWait wait, Observation seen) {
        return graph.goingOn(pid, seen).filter(other -> other.target.equals(wait.target));
    }

    /** Returns whether a wait began before another; empty if that is too close to tell. */
    private static Optional<Boolean> beganBefore(ObservedWait one, ObservedWait other) {
        Duration difference = Duration.between(one.begin(), other.begin());
        return difference.abs().compareTo(WaitGraph.RESOLUTION) <= 0
                ? Optional.empty()
                : Optional.of(!difference.isNegative());
    }

    private boolean isSomebodyElse(int pid) {
        return sources.sessions()
                .roleOf(pid)
                .filter(role -> role != SessionRole.MIGRATION)
                .isPresent();
    }

    private boolean isMigration(int pid) {
        return sources.sessions()
                .roleOf(pid)
                .filter(role -> role == SessionRole.MIGRATION)
                .isPresent();
    }

    /** Whether a session that holds the lock stands in the way. */
    private enum Guilt {
        CERTAIN,
        LIKELY,
        NONE;

        boolean blames(boolean otherwiseExplained) {
            return this == CERTAIN || (this == LIKELY && !otherwiseExplained);
        }
    }
}
