package dev.zdm.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitBuildTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path temporary;

    private Path repository;

    @BeforeEach
    void twoRevisions() throws Exception {
        repository =
                Files.createDirectories(temporary.resolve("repository/module")).getParent();
        git("init", "--quiet");
        Files.writeString(repository.resolve("value.txt"), "one");
        commit("r1");
        Files.writeString(repository.resolve("value.txt"), "two");
        commit("r2");
    }

    private void commit(String tag) throws Exception {
        git("add", ".");
        git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", tag);
        git("tag", tag);
    }

    private void git(String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of("git"));
        words.addAll(List.of(arguments));
        Process git = new ProcessBuilder(words)
                .directory(repository.toFile())
                .inheritIO()
                .start();
        assertThat(git.waitFor()).isZero();
    }

    private GitBuild build(String revision, String command, Duration limit) {
        return GitBuild.run(repository.resolve("module"), revision, command, limit, temporary);
    }

    @Test
    void builds_the_revision_and_not_what_lies_there() throws Exception {
        try (GitBuild build = build("r1", "mkdir out && cp value.txt out/built.txt", MINUTE)) {
            assertThat(build.root().resolve("out/built.txt")).hasContent("one");
            assertThat(build.root()).startsWith(temporary);
        }
        assertThat(left()).isEmpty();
        assertThat(repository.resolve("value.txt")).hasContent("two");
        assertThat(repository.resolve("out")).doesNotExist();
        assertThat(repository.resolve(".git/worktrees")).doesNotExist();
    }

    @Test
    void tells_the_end_of_what_a_failed_build_printed() throws Exception {
        assertThatThrownBy(() -> build("r1", "echo compiling; echo broken >&2; exit 3", MINUTE))
                .isInstanceOf(ArtifactException.class)
                .hasMessageMatching(
                        "(?s)git revision 'r1': expected 'echo compiling; echo broken >&2; exit 3' to succeed"
                                + " in .*/work, found exit code 3, and at the end of what it printed:\ncompiling\nbroken");
        assertThat(left()).isEmpty();
    }

    @Test
    void stops_a_build_that_takes_too_long() throws Exception {
        assertThatThrownBy(() -> build("r1", "echo waiting; sleep 600", Duration.ofSeconds(1)))
                .isInstanceOf(ArtifactException.class)
                .hasMessage("'echo waiting; sleep 600' took longer than 1 s and was stopped; at the end of what it"
                        + " printed:\nwaiting");
        assertThat(left()).isEmpty();
    }

    @Test
    void refuses_a_revision_and_a_repository_that_are_not_there() throws Exception {
        assertThatThrownBy(() -> build("r9", "true", MINUTE))
                .isInstanceOf(ArtifactException.class)
                .hasMessage("git: expected a tag, a branch or a commit of " + repository
                        + ", found 'r9'; correct it, or" + " fetch it first");
        assertThatThrownBy(() -> GitBuild.run(temporary, "r1", "true", MINUTE, temporary))
                .isInstanceOf(ArtifactException.class)
                .hasMessageStartingWith("git: expected a folder of a git repository, found " + temporary + ": ");
        assertThat(left()).isEmpty();
    }

    /** As a JVM that was killed leaves it: the directory is there, and nobody holds the lock. */
    @Test
    void removes_what_a_killed_run_has_left_and_nothing_else() throws Exception {
        Path builds;
        try (GitBuild build = build("r1", "true", MINUTE)) {
            builds = build.root().getParent().getParent();
        }
        Path killed = Files.createDirectories(builds.resolve("1-killed/work")).getParent();
        Files.createFile(builds.resolve("1-killed.lock"));
        Path running = Files.createDirectory(builds.resolve("1-running"));
        try (FileChannel channel = FileChannel.open(
                        builds.resolve("1-running.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock();
                GitBuild next = build("r1", "true", MINUTE)) {
            assertThat(lock.isValid()).isTrue();
            assertThat(killed).doesNotExist();
            assertThat(builds.resolve("1-killed.lock")).doesNotExist();
            assertThat(running).exists();
            assertThat(next.root()).exists();
        }
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.walk(temporary)) {
            return files.filter(file -> file.getParent().toString().endsWith("-builds"))
                    .toList();
        }
    }
}
