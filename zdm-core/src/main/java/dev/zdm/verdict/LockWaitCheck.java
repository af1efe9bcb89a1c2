package dev.zdm.verdict;

import dev.zdm.observation.LockWait;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.Checks.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * No operation waits for the migration for longer than allowed.
 *
 * <p>Waits for a statement whose work is a finding already are the evidence of that finding, so that the same migration
 * gives the same findings on a quick machine and on a slow one. A queue is a finding of its own: it stays when the
 * statement does less.
 */
final class LockWaitCheck {
    // A lock_timeout of exactly the tolerance must pass: its timer, the waiter's wake-up and the log's milliseconds
    // add some milliseconds to what the migration asked for.
    private static final int PERCENT_OF_TOLERANCE = 120;

    private LockWaitCheck() {}

    private static Stream<SqlStatement> statements(Finding finding) {
        return finding instanceof WorkedUnderLock worked ? worked.statements().stream() : finding.culprit().stream();
    }

    /** Returns the longest wait that is not a finding. */
    static Duration limit(Tolerance tolerance) {
        return tolerance.lockWait().multipliedBy(PERCENT_OF_TOLERANCE).dividedBy(100);
    }

    private record Key(Hazard hazard, @Nullable SqlStatement culprit) {}

    static Outcome check(PhaseHistory history, Tolerance tolerance) {
        Set<SqlStatement> told = FootprintCheck.check(history, tolerance).findings().stream()
                .flatMap(LockWaitCheck::statements)
                .collect(Collectors.toSet());
        Duration limit = limit(tolerance);
        Map<Key, List<LockWait>> tooLong = new LinkedHashMap<>();
        for (LockWait wait : Findings.causedByMigration(history)) {
            Hazard hazard = Findings.hazard(wait, history);
            boolean isNews = hazard == Hazard.LOCK_QUEUE || !told.contains(wait.culprit());
            if (isNews && Findings.fault(wait, history).compareTo(limit) > 0) {
                tooLong.computeIfAbsent(new Key(hazard, wait.culprit()), key -> new ArrayList<>())
                        .add(wait);
            }
        }
        List<Finding> findings = new ArrayList<>();
        tooLong.forEach(
                (key, waits) -> findings.add(new WaitedForMigration(key.hazard(), waits, tolerance.lockWait())));
        return Outcome.of(findings);
    }
}
