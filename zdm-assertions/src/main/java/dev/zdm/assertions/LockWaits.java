package dev.zdm.assertions;

import dev.zdm.observation.LockWait;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Findings;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.WaitedForMigration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The waits of the application that the migration caused, as findings.
 *
 * <p>Stricter than the verdict: the limit is exact, and a wait counts even if the work that caused it is a finding.
 */
final class LockWaits {
    private LockWaits() {}

    private record Key(Hazard hazard, @Nullable SqlStatement culprit) {}

    /** Returns one finding per hazard and statement, the longest wait first. */
    static List<Finding> longerThan(Duration limit, PhaseHistory history) {
        Map<Key, List<LockWait>> tooLong = Findings.causedByMigration(history).stream()
                .filter(wait -> Findings.fault(wait, history).compareTo(limit) > 0)
                .collect(Collectors.groupingBy(
                        wait -> new Key(Findings.hazard(wait, history), wait.culprit()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        List<Finding> findings = new ArrayList<>();
        tooLong.forEach((key, waits) -> findings.add(new WaitedForMigration(key.hazard(), waits, limit)));
        return findings;
    }
}
