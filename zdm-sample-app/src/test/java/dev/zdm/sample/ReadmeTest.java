package dev.zdm.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The code that the README and the documents show is code that the tests compile and run. */
class ReadmeTest {
    private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");
    private static final Path TESTS = Path.of("src/test/java");

    @ParameterizedTest
    @CsvSource({"README.md, 2", "docs/production-size.md, 1", "docs/rollback.md, 1"})
    void every_java_example_stands_in_a_test(String document, int examplesAtLeast) throws IOException {
        String readme = Files.readString(Path.of("..", document));
        List<String> examples = JAVA.matcher(readme)
                .results()
                .map(MatchResult::group)
                .map(ReadmeTest::code)
                .toList();
        String tests = allTests();

        assertThat(examples)
                .hasSizeGreaterThanOrEqualTo(examplesAtLeast)
                .allSatisfy(example -> assertThat(tests).contains(example));
    }

    private static String code(String block) {
        return flat(block.substring("```java\n".length(), block.length() - "```".length()));
    }

    private static String allTests() throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                all.append(flat(Files.readString(file)));
            }
            return all.toString();
        }
    }

    private static String flat(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
