package dev.zdm.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.EventType;

/** Runs test classes as an IDE would, and words what came out. */
final class TestKit {
    private TestKit() {}

    /** Returns a run that shows no progress and writes no file. */
    static EngineTestKit.Builder quiet(DiscoverySelector... selectors) {
        FakeEngine.EVENTS.clear();
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectors)
                .configurationParameter("zdm.progress", "off")
                .configurationParameter("zdm.report.dir", "off");
    }

    static EngineExecutionResults run(Class<?>... classes) {
        return run(quiet(select(classes)));
    }

    /** Runs without the reports, for some of them are red on purpose. */
    static EngineExecutionResults run(EngineTestKit.Builder kit) {
        PrintStream before = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
        try {
            return kit.execute();
        } finally {
            System.setOut(before);
        }
    }

    static DiscoverySelector[] select(Class<?>... classes) {
        return Stream.of(classes).map(type -> selectClass(type)).toArray(DiscoverySelector[]::new);
    }

    /** Returns a line for every test: its name, how it ended, and the first line of why. */
    static List<String> outcomes(EngineExecutionResults results) {
        return results.testEvents().stream()
                .filter(event -> event.getType() == EventType.FINISHED || event.getType() == EventType.SKIPPED)
                .map(event -> event.getTestDescriptor().getDisplayName() + ": " + outcome(event))
                .toList();
    }

    /** Returns what the test of this name, or the container, failed with. */
    static Throwable failure(EngineExecutionResults results, String displayName) {
        return results.allEvents().failed().stream()
                .filter(event -> event.getTestDescriptor().getDisplayName().equals(displayName))
                .findFirst()
                .flatMap(event ->
                        event.getRequiredPayload(TestExecutionResult.class).getThrowable())
                .orElseThrow();
    }

    private static String outcome(Event event) {
        if (event.getType() == EventType.SKIPPED) {
            return "skipped, " + event.getRequiredPayload(String.class);
        }
        TestExecutionResult result = event.getRequiredPayload(TestExecutionResult.class);
        return switch (result.getStatus()) {
            case SUCCESSFUL -> "green";
            case ABORTED -> "aborted";
            case FAILED ->
                "red, "
                        + result.getThrowable()
                                .map(failure -> failure.getClass().getSimpleName() + " " + Failures.firstLine(failure))
                                .orElseThrow();
        };
    }
}
