package dev.zdm.observation;

import dev.zdm.observation.Attribution.Blame;
import dev.zdm.observation.LockTarget.Kind;
import dev.zdm.observation.LockWait.Cause;
import dev.zdm.postgres.LogEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes of the server's log of one phase the list of who waited for whom, and says of each wait whether the migration
 * caused it.
 *
 * <p>Needs {@code log_lock_waits=on}, {@code lc_messages=C} and, to see waits as short as that, {@code
 * deadlock_timeout=1ms} (<a
 * href="https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LOCK-WAITS">manual</a>). An entry
 * that it does not understand is ignored. Begin and end of a wait are exact to about a millisecond, its length to some
 * microseconds; where a wait was ended by an error, its length is exact to a millisecond only.
 *
 * <p>For use by one thread, once. Memory is bounded whatever the load, by the number of waits that the migration causes
 * apart: a wait is judged as soon as all that may explain it are complete, and of those that it did not cause only the
 * longest {@value WaitResults#MAX_CONTENTION} are kept as records.
 */
public final class LockWaitTracker {
    /**
     * So long after the end of a wait every other one that began before its end has been logged: longer than the longest
     * usual {@code deadlock_timeout}, 1 s, and the delay of a loaded server.
     */
    private static final Duration COMPLETE_AFTER = Duration.ofSeconds(2);

    private static final Duration SETTLE_EVERY = Duration.ofMillis(200);

    private static final Set<String> FAILURES = Set.of("ERROR", "FATAL", "PANIC");

    private final LockWaitSources sources;
    private final WaitGraph graph = new WaitGraph();
    private final Attribution attribution;
    private final SampledWaits samples;
    private final WaitJudge judge;
    private final WaitResults results;
    private final Deque<ObservedWait> ended = new ArrayDeque<>();
    private long entries;
    private Instant now = Instant.MIN;
    private Instant settled = Instant.MIN;
    private Instant phaseEnd = Instant.MAX;

    public LockWaitTracker(LockWaitSources sources) {
        this(sources, HeldLocks.UNKNOWN);
    }

    /** Is what there is where something else beside the sampler knows the modes that the migration held. */
    LockWaitTracker(LockWaitSources sources, HeldLocks held) {
        this.sources = Objects.requireNonNull(sources);
        samples = new SampledWaits(sources);
        HeldLocks seen = samples.held();
        HeldLocks known =
                (pid, relation, at) -> seen.strongest(pid, relation, at).or(() -> held.strongest(pid, relation, at));
        attribution = new Attribution(sources, known, graph);
        judge = new WaitJudge(sources, samples, attribution);
        results = new WaitResults(sources);
    }

    /** Takes what the sampler has seen since the last call. */
    public void accept(LockSampler sampler) {
        accept(sampler.poll());
    }

    void accept(List<LockSnapshot> snapshots) {
        snapshots.forEach(samples::accept);
        samples.noteOperations();
    }

    /** Takes the next entry of the log, also one that is not about locks. */
    public void accept(LogEntry entry) {
        // Sessions without a database, autovacuum's for example, may stand between two of the rehearsal's.
        if (entry.database() != null && !entry.database().equals(sources.database())) {
            return;
        }
        entries++;
        Optional<LockMessage> message = LockMessage.parse(entry);
        if (message.isPresent()) {
            on(message.get());
        } else if (FAILURES.contains(entry.severity())) {
            onFailure(entry);
        }
        passTo(entry.time());
    }

    /**
     * Judges what is left and returns all waits of application sessions and of the migration, by begin; one that is
     * not over ends with the phase.
     */
    public List<LockWait> finish(Instant phaseEnd) {
        entries++;
        for (ObservedWait wait : graph.open()) {
            closeForgotten(wait, phaseEnd);
        }
        this.phaseEnd = phaseEnd;
        settle(Instant.MAX);
        return results.waits();
    }

    /** Returns, after the end, all waits that the migration did not cause by operation, most waiting first. */
    public List<ContentionSummary> contention() {
        return results.summaries();
    }

    private void on(LockMessage message) {
        ObservedWait wait = graph.openOf(message.pid());
        if (wait != null && wait.isContinuedBy(message)) {
            wait.continuedBy(message, entries);
        } else {
            if (wait != null) {
                closeForgotten(wait, message.begin());
            }
            wait = new ObservedWait(message, entries);
            graph.opened(wait);
            wait.operation = operationOf(wait, message.time()).orElse(null);
        }
        Instant end = wait.begin().plus(message.waited());
        switch (message.event()) {
            case WAITING -> {}
            case ACQUIRED -> {
                wait.grant(end, entries);
                closed(wait);
            }
            case FAILED -> close(wait, end);
        }
    }

    private void onFailure(LogEntry entry) {
        ObservedWait wait = graph.openOf(entry.pid());
        if (wait != null) {
            close(wait, entry.time());
        }
    }

    /**
     * Closes a wait whose end the log does not tell: an exception handler in the database swallowed the error that ended
     * it. It was over when the operation or statement was that waited.
     */
    private void closeForgotten(ObservedWait wait, Instant atLatest) {
        Stream<Instant> ends = Stream.concat(
                sources
                        .sessions()
                        .runAt(wait.pid, wait.begin(), wait.lastSeen())
                        .flatMap(run -> Optional.ofNullable(run.end()))
                        .stream(),
                sources.migration().endOfStatementAt(wait.pid, wait.lastSeen()).stream());
        Instant end = ends.filter(at -> at.isAfter(wait.lastSeen()))
                .filter(at -> at.isBefore(atLatest))
                .min(Instant::compareTo)
                .orElse(atLatest);
        wait.forgotten = true;
        close(wait, end.isBefore(wait.lastSeen()) ? wait.lastSeen() : end);
    }

    private void close(ObservedWait wait, Instant end) {
        wait.close(end, entries);
        closed(wait);
    }

    private void closed(ObservedWait wait) {
        operationOf(wait, wait.end()).ifPresent(operation -> wait.operation = operation);
        graph.closed(wait);
        ended.addLast(wait);
    }

    private Optional<OperationName> operationOf(ObservedWait wait, Instant end) {
        return sources.sessions().operationAt(wait.pid, wait.begin(), end);
    }

    private void passTo(Instant time) {
        if (time.isAfter(now)) {
            now = time;
        }
        if (settled.equals(Instant.MIN)) {
            settled = now;
        }
        if (!now.isBefore(settled.plus(SETTLE_EVERY))) {
            settled = now;
            settle(now.minus(COMPLETE_AFTER));
        }
    }

    /** Judges the waits that ended before an instant, and forgets those that cannot explain any other. */
    private void settle(Instant endedBefore) {
        attribution.graphChanged();
        samples.endUnseenSince(endedBefore);
        Set<ObservedWait> without = new HashSet<>();
        while (!ended.isEmpty() && ended.getFirst().end().isBefore(endedBefore)) {
            ObservedWait wait = ended.removeFirst();
            Blame blame = attribution.of(wait);
            results.add(judge.of(wait, blame));
            if (blame.cause() == Cause.CONTENTION) {
                without.add(wait);
            }
        }
        graph.forget(oldestNeeded(), wait -> without.contains(wait) && explainsNothing(wait));
        // A little later than the log's, which may tell of the same waits.
        Instant old = endedBefore.equals(Instant.MAX) ? Instant.MAX : endedBefore.minus(COMPLETE_AFTER);
        samples.takeAll(old).forEach(wait -> results.add(judge.of(wait, phaseEnd)));
    }

    /** Tells whether a wait that the migration did not cause can have no part in one that it caused. */
    private boolean explainsNothing(ObservedWait wait) {
        Kind kind = wait.target.kind();
        boolean migration = sources.sessions()
                .roleOf(wait.pid)
                .filter(role -> role == SessionRole.MIGRATION)
                .isPresent();
        return !migration && (kind == Kind.TRANSACTION || kind == Kind.TUPLE);
    }

    private Instant oldestNeeded() {
        List<ObservedWait> needed = new ArrayList<>(graph.open());
        needed.addAll(ended);
        return needed.isEmpty()
                ? now
                : Collections.min(needed.stream().map(ObservedWait::begin).toList());
    }
}
