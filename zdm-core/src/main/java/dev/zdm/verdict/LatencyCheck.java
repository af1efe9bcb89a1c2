package dev.zdm.verdict;

import dev.zdm.observation.Latency;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.Tolerance;
import dev.zdm.verdict.Checks.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** No operation is slower than the plan allows, from the change on; judged only where the plan says a limit. */
final class LatencyCheck {
    private LatencyCheck() {}

    static Outcome check(PhaseHistory history, Tolerance tolerance) {
        Duration allowed = tolerance.latency();
        if (allowed == null) {
            return Outcome.of(List.of());
        }
        Map<OperationName, Latency> steady = new LinkedHashMap<>();
        Map<OperationName, Latency> slowest = new LinkedHashMap<>();
        for (Latency latency : history.latencies()) {
            boolean before = history.windows().get(latency.window()).kind() == WindowKind.STEADY;
            (before ? steady : slowest).merge(latency.operation(), latency, LatencyCheck::slower);
        }
        List<Finding> findings = new ArrayList<>();
        slowest.forEach((operation, latency) -> {
            if (latency.p99().compareTo(allowed) > 0) {
                findings.add(new TooSlow(operation, steady.get(operation), latency, allowed));
            }
        });
        return Outcome.of(findings);
    }

    private static Latency slower(Latency first, Latency second) {
        return first.p99().compareTo(second.p99()) >= 0 ? first : second;
    }
}
