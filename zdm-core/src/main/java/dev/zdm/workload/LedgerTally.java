package dev.zdm.workload;

import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.LedgerHistory.Idle;
import dev.zdm.observation.LedgerHistory.Mismatches;
import dev.zdm.observation.LedgerHistory.Unverified;
import dev.zdm.observation.Mismatch;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.VersionRole;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what one phase shows of the writes; of the mismatches of each kind it keeps the first. Safe for use by several threads. */
final class LedgerTally {
    private static final int SHOWN = 5;

    private final LongAdder readBacks = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder drained = new LongAdder();
    private final LongAdder keys = new LongAdder();
    private final LongAdder totals = new LongAdder();
    private final Map<OperationName, Use> uses = new ConcurrentHashMap<>();
    private final Map<OperationName, Long> unverified = new ConcurrentHashMap<>();
    private final Map<Group, List<Mismatch>> first = new LinkedHashMap<>();
    private final Map<Group, Long> counts = new LinkedHashMap<>();

    private record Group(Mismatch.Kind kind, String fact, VersionRole reader) {}

    /** How an operation used the ledger. */
    private static final class Use {
        private final LongAdder succeeded = new LongAdder();
        private final LongAdder acknowledged = new LongAdder();
    }

    void readBack() {
        readBacks.increment();
    }

    void unknown() {
        unknown.increment();
    }

    /** What should have been read back by this name could not be. */
    void unverified(OperationName readBack) {
        unverified.merge(readBack, 1L, Long::sum);
    }

    /** A value was read while the load was drained. */
    void drainedReadBack() {
        drained.increment();
    }

    /** A key was read by everybody while the load was drained. */
    void drainedKey() {
        keys.increment();
    }

    void total() {
        totals.increment();
    }

    /** An operation that takes the ledger has ended. */
    void ended(OperationName operation, int acknowledged, boolean succeeded) {
        Use use = uses.computeIfAbsent(operation, name -> new Use());
        use.acknowledged.add(acknowledged);
        use.succeeded.add(succeeded ? 1 : 0);
    }

    synchronized void mismatch(Mismatch mismatch) {
        Group group = new Group(mismatch.kind(), mismatch.fact(), mismatch.reader());
        counts.merge(group, 1L, Long::sum);
        List<Mismatch> shown = first.computeIfAbsent(group, key -> new ArrayList<>());
        if (shown.size() < SHOWN) {
            shown.add(mismatch);
        }
    }

    synchronized LedgerHistory toHistory() {
        List<Mismatches> mismatches = new ArrayList<>();
        counts.forEach((group, count) -> mismatches.add(new Mismatches(count, first.getOrDefault(group, List.of()))));
        List<Idle> idle = uses.entrySet().stream()
                .filter(use -> use.getValue().acknowledged.sum() == 0
                        && use.getValue().succeeded.sum() > 0)
                .map(use -> new Idle(use.getKey(), use.getValue().succeeded.sum()))
                .sorted(Comparator.comparing(use -> use.operation().toString()))
                .toList();
        long acknowledged =
                uses.values().stream().mapToLong(use -> use.acknowledged.sum()).sum();
        return new LedgerHistory(
                readBacks.sum(),
                drained.sum(),
                keys.sum(),
                totals.sum(),
                acknowledged,
                unknown.sum(),
                idle,
                unverified.entrySet().stream()
                        .map(entry -> new Unverified(entry.getKey(), entry.getValue()))
                        .sorted(Comparator.comparing(entry -> entry.readBack().toString()))
                        .toList(),
                mismatches);
    }
}
