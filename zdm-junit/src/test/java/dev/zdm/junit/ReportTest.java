package dev.zdm.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineExecutionResults;

/** What a class leaves behind. */
class ReportTest {
    @Test
    void report_is_printed_once_and_written_to_a_file_named_as_the_class(@TempDir Path directory) throws IOException {
        Path reports = directory.resolve("not/there/yet");

        String printed = printed(() -> TestKit.quiet(selectClass(RedTestCase.class))
                .configurationParameter("zdm.report.dir", reports.toString())
                .execute());

        String report = printed.strip() + System.lineSeparator();
        assertThat(report).containsSubsequence("'expand'", "'violated'").doesNotContain("'contract'");
        assertThat(printed).isEqualTo(report);
        assertThat(reports.resolve("dev.zdm.junit.ReportTest$RedTestCase.txt"))
                .content()
                .isEqualTo(report);
    }

    @Test
    void report_that_cannot_be_written_fails_the_class(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        EngineExecutionResults results = TestKit.run(TestKit.quiet(selectClass(RedTestCase.class))
                .configurationParameter("zdm.report.dir", file.toString()));

        assertThat(TestKit.failure(results, "ReportTest$RedTestCase"))
                .hasMessage("the report could not be written to "
                        + file.resolve("dev.zdm.junit.ReportTest$RedTestCase.txt"));
    }

    @Test
    void no_phase_no_report() {
        assertThat(printed(
                        () -> TestKit.quiet(selectClass(BrokenTestCase.class)).execute()))
                .isEmpty();
    }

    private static String printed(Runnable action) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, UTF_8));
        try {
            action.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(UTF_8);
    }

    @FakeMigration
    static class RedTestCase {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @Phase("violated")
        @Migrate(to = "3")
        void violated() {}

        @Phase("contract")
        @Migrate(to = "4")
        void contract() {}
    }

    @FakeMigration
    static class BrokenTestCase {
        @Phase("broken")
        @Migrate(to = "2")
        void expand() {}
    }
}
