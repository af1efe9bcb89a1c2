package dev.zdm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code that docs/crash.md shows is code that the tests compile and run. */
class CrashDocumentTest {
    private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");

    @Test
    void everyExampleStandsInATest() throws IOException {
        List<String> examples = JAVA.matcher(Files.readString(Path.of("../docs/crash.md")))
                .results()
                .map(match -> flat(match.group(1)))
                .toList();
        String test = flat(Files.readString(Path.of("src/test/java/dev/zdm/rehearsal/RetryRehearsalTest.java")));

        assertThat(examples).hasSize(2).allSatisfy(example -> assertThat(test).contains(example));
    }

    /** Layout is the formatter's affair. */
    private static String flat(String text) {
        return text.replaceAll("\\s+", "");
    }
}
