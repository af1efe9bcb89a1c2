package dev.zdm.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.rehearsal.ProgressListener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {
    private static final String PLAIN = """
            SplitName | baseline
            SplitName | expand: steady load
            SplitName | expand: change
            SplitName | expand: violated, 1 finding (4.2 s)
            """;
    private static final String REWRITTEN = "\r\u001B[KSplitName | baseline"
            + "\r\u001B[KSplitName | expand: steady load"
            + "\r\u001B[KSplitName | expand: change"
            + "\r\u001B[KSplitName | expand: violated, 1 finding (4.2 s)\n";

    @Test
    void plain_progress_is_a_line_per_step() {
        assertThat(shown(ProgressMode.PLAIN, true)).isEqualTo(PLAIN);
    }

    @Test
    void progress_on_a_terminal_is_a_line_that_is_rewritten() {
        assertThat(shown(ProgressMode.TERMINAL, false)).isEqualTo(REWRITTEN);
    }

    @Test
    void automatic_progress_depends_on_whether_someone_watches() {
        assertThat(shown(ProgressMode.AUTO, true)).isEqualTo(REWRITTEN);
        assertThat(shown(ProgressMode.AUTO, false)).isEqualTo(PLAIN);
    }

    @Test
    void no_progress_is_nothing() {
        assertThat(shown(ProgressMode.OFF, true)).isEmpty();
    }

    @Test
    void line_on_a_terminal_never_wraps() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ProgressMode.TERMINAL
                .listener("SplitName", new PrintStream(bytes, true, UTF_8), true)
                .phase("expand", "x".repeat(100));

        assertThat(bytes.toString(UTF_8)).isEqualTo("\r\u001B[K" + "SplitName | expand: " + "x".repeat(56) + "...");
    }

    @ParameterizedTest
    @CsvSource({"TERM, xterm", "CI, true", "TERM, dumb"})
    void nobody_watches_without_a_console(String variable, String value) {
        assertThat(Terminal.isWatched(null, Map.of(variable, value))).isFalse();
    }

    private static String shown(ProgressMode mode, boolean watched) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ProgressListener listener = mode.listener("SplitName", new PrintStream(bytes, true, UTF_8), watched);
        listener.phase("SplitName", "baseline");
        listener.phase("expand", "steady load");
        listener.phase("expand", "change");
        listener.done(Fakes.result("expand", Fakes.VIOLATED));
        return bytes.toString(UTF_8).replace(System.lineSeparator(), "\n");
    }
}
