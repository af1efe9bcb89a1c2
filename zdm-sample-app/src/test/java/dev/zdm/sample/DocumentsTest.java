package dev.zdm.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code that the documents show is code that the tests compile and run. */
class DocumentsTest {
    private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");

    @Test
    void examples_of_rollbacks_stand_in_a_test() throws IOException {
        assertThat(examples("rollback.md"))
                .hasSize(1)
                .allSatisfy(example -> assertThat(test("SplitFullNameTest")).contains(example));
    }

    @Test
    void examples_of_replicas_stand_in_a_test() throws IOException {
        assertThat(examples("replica.md"))
                .hasSize(2)
                .allSatisfy(example -> assertThat(test("ExpandWithReplicaTest")).contains(example));
    }

    @Test
    void examples_of_services_stand_in_tests() throws IOException {
        String tests = test("SplitFullNameOverHttpTest")
                + test("CustomersOverHttp")
                + flat(Files.readString(
                        Path.of("../zdm-core/src/test/java/dev/zdm/rehearsal/ServiceRehearsalTest.java")))
                + flat(Files.readString(Path.of("../zdm-junit/src/test/java/dev/zdm/junit/RunServiceTest.java")));
        assertThat(examples("services.md"))
                .hasSize(4)
                .allSatisfy(example -> assertThat(tests).contains(example));
    }

    @Test
    void the_sample_s_example_of_a_release_stands_in_a_test() throws IOException {
        assertThat(examples("releases.md").stream().filter(example -> example.contains("zdm-sample-release-1")))
                .singleElement()
                .satisfies(example -> assertThat(test("SplitFullNameTest")).contains(example));
    }

    private static List<String> examples(String document) throws IOException {
        return JAVA.matcher(Files.readString(Path.of("../docs", document)))
                .results()
                .map(match -> flat(match.group(1)))
                .toList();
    }

    private static String test(String name) throws IOException {
        return flat(Files.readString(Path.of("src/test/java/dev/zdm/sample", name + ".java")));
    }

    /** Layout is the formatter's affair. */
    private static String flat(String text) {
        return text.replaceAll("\\s+", "");
    }
}
