package dev.zdm.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code that docs/lock-timeouts.md shows is code that the tests compile and run. */
class LockTimeoutsDocumentTest {
    private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");

    @Test
    void everyExampleStandsInATest() throws IOException {
        String document = Files.readString(Path.of("../docs/lock-timeouts.md"));
        List<String> examples = JAVA.matcher(document)
                .results()
                .map(match -> flat(match.group(1)))
                .toList();
        String tests = flat(Files.readString(Path.of("src/test/java/dev/zdm/change/RetryingRunnerTest.java")))
                + flat(allOf(Path.of("../zdm-junit/src/test/java")));

        assertThat(examples).hasSize(4).allSatisfy(example -> assertThat(tests).contains(example));
    }

    private static String allOf(Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                text.append(Files.readString(file));
            }
        }
        return text.toString();
    }

    /** Layout is the formatter's affair. */
    private static String flat(String text) {
        return text.replaceAll("\\s+", "");
    }
}
