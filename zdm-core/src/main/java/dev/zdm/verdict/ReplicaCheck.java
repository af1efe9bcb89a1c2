package dev.zdm.verdict;

import dev.zdm.observation.BulkWrite;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.ReplicaHistory;
import dev.zdm.observation.ReplicaHistory.Lag;
import dev.zdm.observation.ReplicaHistory.LongReader;
import dev.zdm.observation.ReplicaHistory.ReaderWait;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.Replica;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.Checks.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The replica keeps up and its readers get through, where the plan has one.
 *
 * <p>On one machine a mass update and a batched one lag alike, for there is no network and nothing else to replay. So what
 * the change writes is judged beside the lag that was seen: {@link ReplicaWrites}.
 */
final class ReplicaCheck {
    private ReplicaCheck() {}

    static Outcome check(PhaseHistory history, Tolerance tolerance) {
        Replica asked = history.replica().asked();
        if (asked == null) {
            return Outcome.of(List.of());
        }
        List<Finding> findings = new ArrayList<>();
        List<Doubt> doubts = new ArrayList<>();
        lag(history, asked, findings, doubts);
        ReplicaWrites writes = new ReplicaWrites(history, tolerance);
        findings.addAll(writes.tooLarge(asked.pace()));
        writes.tooFast(asked.pace()).ifPresent(findings::add);
        readers(history, tolerance, findings);
        return new Outcome(findings, doubts);
    }

    /** Says what a change would do to replicas that the rehearsal did not have, or to readers that it did not have there. */
    static void advise(PhaseHistory history, Tolerance tolerance, List<String> advice) {
        Replica asked = history.replica().asked();
        if (asked == null) {
            new ReplicaWrites(history, tolerance)
                    .ofManyRows().stream()
                            .filter(write -> !isToldByItsRowLocks(write, history))
                            .findFirst()
                            .ifPresent(write -> advice.add(
                                    "write in batches: " + write.statement().position() + " writes "
                                            + write.rows() + " rows of " + write.table()
                                            + " in one transaction, and replicas that replay it fall behind"));
        } else if (!asked.longReader()) {
            closed(history)
                    .findFirst()
                    .ifPresent(lock -> advice.add("keep long queries off the replica meanwhile: "
                            + lock.takenBy().position() + " locks " + lock.relation()
                            + " there too, cancels who reads it for longer than max_standby_streaming_delay, and lets"
                            + " new readers wait until then"));
        }
    }

    private static boolean isToldByItsRowLocks(BulkWrite write, PhaseHistory history) {
        return write.tableRows() > 0
                && write.rowsHeld() >= ReplicaWrites.GOOD_PART * write.tableRows()
                && history.footprints().stream()
                        .filter(footprint -> footprint.statement().equals(write.statement()))
                        .anyMatch(footprint ->
                                history.use().during(footprint).used().contains(write.table()));
    }

    private static void lag(PhaseHistory history, Replica asked, List<Finding> findings, List<Doubt> doubts) {
        ReplicaHistory replica = history.replica();
        List<Lag> tooLong = replica.lags().stream()
                .filter(lag -> Findings.withoutHiccups(lag.longest(), lag.since(), lag.seen(), history)
                                .compareTo(asked.lag())
                        > 0)
                .toList();
        List<Lag> before = tooLong.stream()
                .filter(lag -> kind(lag, history) == WindowKind.STEADY)
                .toList();
        if (!before.isEmpty()) {
            doubts.add(new Doubt.ReplicaBehindBefore(before.get(0), asked.lag()));
            return;
        }
        if (tooLong.isEmpty() && replica.caughtUp()) {
            return;
        }
        Lag worst = tooLong.stream().max(Comparator.comparing(Lag::longest)).orElse(null);
        StatementRun cause = worst == null ? Findings.lastStatement(history) : Findings.begunBy(worst.since(), history);
        findings.add(new ReplicaFellBehind(
                worst,
                worst == null ? null : kind(worst, history),
                replica.caughtUp(),
                asked.lag(),
                cause == null ? null : cause.statement()));
    }

    private static WindowKind kind(Lag lag, PhaseHistory history) {
        return history.windows().get(lag.window()).kind();
    }

    private static void readers(PhaseHistory history, Tolerance tolerance, List<Finding> findings) {
        ReplicaHistory replica = history.replica();
        Map<Relation, List<ReaderWait>> waits = replica.waits().stream()
                .filter(wait -> wait.duration().compareTo(tolerance.lockWait()) > 0)
                .collect(Collectors.groupingBy(ReaderWait::relation, TreeMap::new, Collectors.toList()));
        LongReader longReader = replica.longReader();
        Relation conflict = longReader == null ? null : longReader.conflict();
        if (longReader != null && conflict != null && isStopped(longReader, tolerance)) {
            waits.putIfAbsent(conflict, List.of());
        }
        waits.forEach((relation, some) -> findings.add(new StoppedReplicaReaders(
                relation,
                some,
                relation.equals(conflict) ? longReader : null,
                replica.settings().getOrDefault(Replica.READERS_DELAY, "unknown"),
                tolerance.lockWait(),
                cause(relation, history))));
    }

    private static boolean isStopped(LongReader reader, Tolerance tolerance) {
        return reader.error() != null || reader.newReaderWaited().compareTo(tolerance.lockWait()) > 0;
    }

    private static @Nullable SqlStatement cause(Relation relation, PhaseHistory history) {
        return closed(history)
                .filter(lock -> lock.relation().equals(relation) || lock.table().equals(relation))
                .map(Footprint.LockTaken::takenBy)
                .findFirst()
                .orElse(null);
    }

    /** Returns the locks of the change that stop all readers of the application's tables, on the replica too. */
    private static Stream<Footprint.LockTaken> closed(PhaseHistory history) {
        return history.footprints().stream()
                .flatMap(footprint -> footprint.locks().stream()
                        .filter(lock -> lock.mode() == LockMode.ACCESS_EXCLUSIVE
                                && !lock.created()
                                && history.use().during(footprint).used().contains(lock.table())));
    }
}
