package dev.zdm.assertions;

import dev.zdm.observation.OperationName;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.Window;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which operations ran in a phase. */
final class Coverage {
    private Coverage() {}

    /** Demands that an operation succeeded at least once. */
    static Optional<String> ran(OperationName operation, PhaseHistory history) {
        boolean succeeded =
                all(history).anyMatch(coverage -> coverage.operation().equals(operation) && coverage.succeeded() > 0);
        return succeeded
                ? Optional.empty()
                : Optional.of(FailureText.keys("operation " + operation + " succeeds", found(operation, history)));
    }

    private static String found(OperationName operation, PhaseHistory history) {
        long failed = all(history)
                .filter(coverage -> coverage.operation().equals(operation))
                .mapToLong(Window.Coverage::failed)
                .sum();
        return failed > 0 ? "it only failed" : "it did not run; operations that succeeded: " + succeeded(history);
    }

    private static String succeeded(PhaseHistory history) {
        TreeSet<String> names = all(history)
                .filter(coverage -> coverage.succeeded() > 0)
                .map(coverage -> coverage.operation().toString())
                .collect(Collectors.toCollection(TreeSet::new));
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static Stream<Window.Coverage> all(PhaseHistory history) {
        return history.windows().stream().flatMap(window -> window.coverage().stream());
    }
}
