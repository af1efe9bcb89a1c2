package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code that docs/data.md shows of invariants, comparisons and untouched data is code that the tests compile and run. */
class DataDocumentTest {
    private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");

    @Test
    void everyExampleStandsInATest() throws IOException {
        String whole = Files.readString(Path.of("../docs/data.md"));
        String document = whole.substring(0, whole.indexOf("## Adversarial rows"))
                + whole.substring(whole.indexOf("## Untouched data"));
        List<String> examples = JAVA.matcher(document)
                .results()
                .map(match -> flat(match.group(1)))
                .toList();
        String tests =
                flat(allOf(Path.of("src/test/java/dev/zdm"))) + flat(allOf(Path.of("../zdm-junit/src/test/java")));

        assertThat(examples)
                .isNotEmpty()
                .allSatisfy(example -> assertThat(tests).contains(example));
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
