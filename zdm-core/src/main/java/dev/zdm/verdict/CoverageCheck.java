package dev.zdm.verdict;

import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.Window;
import dev.zdm.observation.Window.Coverage;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.Tolerance;
import dev.zdm.verdict.Checks.Outcome;
import java.util.ArrayList;
import java.util.List;

/** Everything ran often enough for the other checks to mean something. */
final class CoverageCheck {
    private CoverageCheck() {}

    static Outcome check(PhaseHistory history, Tolerance tolerance) {
        List<Doubt> doubts = new ArrayList<>();
        boolean wasReached =
                history.windows().stream().anyMatch(window -> window.kind() == WindowKind.STEADY && window.complete());
        for (Window window : history.windows()) {
            if (!window.complete()) {
                Coverage least = window.coverage().stream()
                        .filter(coverage -> coverage.sessions() < coverage.ofSessions())
                        .findFirst()
                        .orElse(null);
                doubts.add(
                        least == null
                                ? new Doubt.LoadNotReached(window, wasReached)
                                : new Doubt.NotCovered(window, least));
            }
        }
        history.blindSpots().forEach(spot -> doubts.add(new Doubt.Broke("the observation", spot)));
        return new Outcome(List.of(), doubts);
    }
}
