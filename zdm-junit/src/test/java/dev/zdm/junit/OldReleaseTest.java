package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Release;
import dev.zdm.workload.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class OldReleaseTest {
    private static final ApplicationVersion.OfClass TODAY = ApplicationVersion.of(String.class);

    @OldRelease(path = {"target/release-1", "lib/*"})
    static class OfPaths {}

    @OldRelease(maven = "com.example:customers:1.4.2")
    static class OfMaven {}

    @OldRelease(gitRevision = "v1.4.2", build = "./mvnw -q package", output = "target/classes", buildSeconds = 90)
    static class OfGit {}

    static class OfToday {}

    @Test
    void names_a_release() {
        assertThat(release(OfPaths.class)).isEqualTo(new Release.OfPaths(List.of("target/release-1", "lib/*")));
        assertThat(release(OfMaven.class)).isEqualTo(Release.ofMaven("com.example:customers:1.4.2"));
        assertThat(release(OfGit.class))
                .isEqualTo(new Release.OfGit(
                        Path.of(""), "v1.4.2", "./mvnw -q package", List.of("target/classes"), Duration.ofSeconds(90)));
        assertThat(new OldReleaseReader(OfToday.class).over(TODAY)).isSameAs(TODAY);
    }

    /** The workload of both versions. */
    static final class Customers {
        Customers(DataSource database) {}

        @Operation
        void find() {}
    }

    @OldRelease(maven = "com.example:customers:1.4.2")
    @ZeroDowntimeMigration(from = "1", oldVersion = Customers.class, newVersion = Customers.class)
    static class OfBothVersions {
        @EveryMigration
        void isZeroDowntime() {}
    }

    @Test
    void is_the_old_versions_alone() {
        RehearsalPlan plan = new PlanReader(OfBothVersions.class, new OfBothVersions(), Fakes.SETTINGS).read("name");

        assertThat(plan.oldVersion())
                .isEqualTo(ApplicationVersion.of(Customers.class).over(Release.ofMaven("com.example:customers:1.4.2")));
        assertThat(plan.newVersion()).isEqualTo(ApplicationVersion.of(Customers.class));
    }

    /** But what it shows of the sample, which the sample looks at. */
    @Test
    void what_the_document_shows_stands_in_tests() throws IOException {
        String tests = flat(Files.readString(Path.of("src/test/java/dev/zdm/junit/OldReleaseTest.java"))
                + Files.readString(Path.of("../zdm-core/src/test/java/dev/zdm/rehearsal/ReleaseRehearsalTest.java")));

        assertThat(Pattern.compile("(?s)```java\n(.*?)```")
                        .matcher(Files.readString(Path.of("../docs/releases.md")))
                        .results()
                        .map(example -> flat(example.group(1)))
                        .filter(example -> !example.contains("zdm-sample-release-1")))
                .hasSize(2)
                .allSatisfy(example -> assertThat(tests).contains(example));
    }

    private static String flat(String text) {
        return text.replaceAll("\\s+", "");
    }

    private static Release release(Class<?> testClass) {
        return ((ApplicationVersion.OfClass) new OldReleaseReader(testClass).over(TODAY)).release();
    }

    @OldRelease
    static class OfNothing {}

    @OldRelease(path = "a.jar", maven = "a:b:1")
    static class OfBoth {}

    @OldRelease(path = "a.jar", build = "make")
    static class BuiltPath {}

    @OldRelease(gitRevision = "v1", output = "out")
    static class NotBuilt {}

    @OldRelease(gitRevision = "v1", build = "make", output = "out", buildSeconds = 0)
    static class WithoutTime {}

    @OldRelease(gitRevision = "-v", build = "make", output = "out")
    static class NoRevision {}

    @Test
    void refuses_what_names_none() {
        assertMistake(
                OfNothing.class,
                "@OldRelease on OldReleaseTest.OfNothing: expected one of path, maven and gitRevision, found none");
        assertMistake(
                OfBoth.class,
                "@OldRelease on OldReleaseTest.OfBoth: expected one of path, maven and gitRevision, found path ="
                        + " {\"a.jar\"} and maven = \"a:b:1\"");
        assertMistake(
                BuiltPath.class,
                "@OldRelease on OldReleaseTest.BuiltPath: expected build and output beside gitRevision only, found build"
                        + " = \"make\" and output = {} beside path = {\"a.jar\"}");
        assertMistake(
                NotBuilt.class,
                "@OldRelease on OldReleaseTest.NotBuilt: expected build and output beside gitRevision, found build ="
                        + " \"\" and output = {\"out\"}");
        assertMistake(
                WithoutTime.class,
                "@OldRelease on OldReleaseTest.WithoutTime: expected buildSeconds to be at least 1, found buildSeconds ="
                        + " 0");
        assertMistake(
                NoRevision.class, "a release built from git needs a revision: a tag, a branch or a commit, found '-v'");
    }

    private static void assertMistake(Class<?> testClass, String message) {
        assertThatThrownBy(() -> release(testClass))
                .isInstanceOf(PlanException.class)
                .hasMessage(message);
    }
}
