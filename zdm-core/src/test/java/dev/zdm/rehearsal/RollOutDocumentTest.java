package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/rollout.md shows stands in tests that run it. */
class RollOutDocumentTest {
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```(?:java)?\n(.*?)```");

    @Test
    void everyExampleStandsInATest() throws IOException {
        List<String> examples = EXAMPLE.matcher(Files.readString(Path.of("../docs/rollout.md")))
                .results()
                .map(match -> flat(match.group(1)))
                .toList();
        String tests = flat(test("RollOutTest") + test("CompatibilityRehearsalTest"));

        assertThat(examples).hasSize(5).allSatisfy(example -> assertThat(tests).contains(example));
    }

    private static String test(String name) throws IOException {
        return Files.readString(Path.of("src/test/java/dev/zdm/rehearsal/" + name + ".java"));
    }

    /** Layout is the formatter's affair, and so is where it breaks a text in two. */
    private static String flat(String text) {
        return text.replaceAll("\"\\s*\\+\\s*\"", "").replaceAll("\\s+", "");
    }
}
