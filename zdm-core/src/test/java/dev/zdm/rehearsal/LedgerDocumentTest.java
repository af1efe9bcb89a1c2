package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code that docs/data.md shows of the ledger is code that a rehearsal runs. */
class LedgerDocumentTest {
    private static final Pattern SECTION = Pattern.compile("(?s)\n## Acknowledged writes\n(.*?)(?=\n## |\\z)");
    private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");

    @Test
    void everyExampleStandsInATest() throws IOException {
        String section = SECTION.matcher(Files.readString(Path.of("../docs/data.md")))
                .results()
                .map(match -> match.group(1))
                .findFirst()
                .orElseThrow();
        List<String> examples = JAVA.matcher(section)
                .results()
                .map(match -> flat(match.group(1)))
                .toList();
        String tests = flat(Files.readString(Path.of("src/test/java/dev/zdm/rehearsal/LedgerRehearsalTest.java")));

        assertThat(examples).hasSize(3).allSatisfy(example -> assertThat(tests).contains(example));
    }

    /** Layout is the formatter's affair. */
    private static String flat(String text) {
        return text.replaceAll("\\s+", "");
    }
}
