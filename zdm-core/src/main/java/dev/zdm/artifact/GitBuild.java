package dev.zdm.artifact;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A revision of a git repository, built in a copy that shares the repository's objects: nothing is written into the
 * repository itself. The copy goes when this is closed.
 */
public final class GitBuild implements AutoCloseable {
    private static final Duration GIT_LIMIT = Duration.ofMinutes(2);
    private static final int LINES_TOLD = 40;

    private final Workplace workplace;

    private GitBuild(Workplace workplace) {
        this.workplace = workplace;
    }

    /**
     * Builds a revision.
     *
     * @param repository a folder of the repository
     * @param revision a tag, a branch or a commit
     * @param build a command line for the shell, run in the copy
     * @param limit how long the build may take
     * @throws ArtifactException if there is no such repository or revision, or the build fails or takes too long; the
     *     message tells the end of what it printed
     */
    public static GitBuild run(Path repository, String revision, String build, Duration limit) {
        return run(repository, revision, build, limit, Path.of(System.getProperty("java.io.tmpdir")));
    }

    static GitBuild run(Path repository, String revision, String build, Duration limit, Path temporary) {
        try {
            GitBuild copy = new GitBuild(Workplace.create(temporary));
            try {
                copy.checkOut(repository.toAbsolutePath(), revision);
                copy.build(revision, build, limit);
                return copy;
            } catch (IOException | RuntimeException e) {
                copy.close();
                throw e;
            }
        } catch (IOException e) {
            throw new ArtifactException("git revision '" + revision + "' could not be built: " + e, e);
        }
    }

    /** Returns the root of the copy. */
    public Path root() {
        return workplace.directory().resolve("work");
    }

    private void checkOut(Path repository, String revision) throws IOException {
        Printed top = git(repository, "rev-parse", "--show-toplevel");
        if (top.exitCode != 0) {
            throw new ArtifactException(
                    "git: expected a folder of a git repository, found " + repository + ": " + top.text);
        }
        Printed commit =
                git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}");
        if (commit.exitCode != 0) {
            throw new ArtifactException("git: expected a tag, a branch or a commit of " + top.text + ", found '"
                    + revision + "'; correct it, or fetch it first");
        }
        require(git(repository, "clone", "--quiet", "--shared", "--no-checkout", top.text, root().toString()));
        require(git(root(), "checkout", "--quiet", "--detach", commit.text));
    }

    private static void require(Printed git) {
        if (git.exitCode != 0) {
            throw new ArtifactException("git: " + git.text);
        }
    }

    private Printed git(Path folder, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("git", "-C", folder.toString()));
        words.addAll(List.of(arguments));
        return run(words, workplace.directory(), GIT_LIMIT);
    }

    private void build(String revision, String build, Duration limit) throws IOException {
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        List<String> words = windows ? List.of("cmd", "/c", build) : List.of("sh", "-c", build);
        Printed printed = run(words, root(), limit);
        if (printed.exitCode != 0) {
            throw new ArtifactException("git revision '" + revision + "': expected '" + build + "' to succeed in "
                    + root() + ", found exit code " + printed.exitCode + ", and at the end of what it printed:\n"
                    + printed.end());
        }
    }

    private Printed run(List<String> words, Path folder, Duration limit) throws IOException {
        Path output = workplace.directory().resolve("output.txt");
        Process process = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ArtifactException("'" + words.get(words.size() - 1) + "' took longer than "
                        + limit.toSeconds() + " s and was stopped; at the end of what it printed:\n"
                        + new Printed(0, text(output)).end());
            }
            return new Printed(process.exitValue(), text(output));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ArtifactException("interrupted while running " + words, e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String text(Path output) throws IOException {
        return new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip();
    }

    @Override
    public void close() {
        workplace.close();
    }

    private record Printed(int exitCode, String text) {
        String end() {
            List<String> lines = text.lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size()));
        }
    }
}
