package dev.zdm.plan;

import dev.zdm.artifact.MavenSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A released application: the classes that a workload works with instead of today's.
 *
 * <p>A workload over a release sees the JDK, zdm's workload API, slf4j, AssertJ, JUnit's assertions, its own folder or jar,
 * and for everything else the release alone; see {@code docs/releases.md}.
 */
public sealed interface Release permits Release.OfPaths, Release.OfMaven, Release.OfGit {
    /** How long a build of a git revision may take unless it is said. */
    Duration DEFAULT_BUILD_TIME = Duration.ofMinutes(10);

    /** Returns a release made of jars and class folders; {@code /*} at the end of a path stands for the jars of a folder. */
    static OfPaths ofPaths(String... paths) {
        return new OfPaths(List.of(paths));
    }

    /**
     * Returns a release that Maven coordinates name, with its dependencies of the scopes compile and runtime.
     *
     * @param coordinates {@code group:artifact:version}
     */
    static OfMaven ofMaven(String coordinates) {
        return new OfMaven(coordinates, MavenSettings.ofUser());
    }

    /**
     * Returns a release that is built from a revision of the git repository of the working directory.
     *
     * @param revision a tag, a branch or a commit
     * @param build a command line for the shell, run in a copy of the repository at that revision
     * @param outputs what the build makes: jars and class folders in that copy, as for {@link #ofPaths}
     */
    static OfGit ofGit(String revision, String build, String... outputs) {
        return new OfGit(Path.of(""), revision, build, List.of(outputs), DEFAULT_BUILD_TIME);
    }

    /** Returns the release in a few words. */
    String inWords();

    /**
     * Jars and class folders.
     *
     * @param paths at least one, in the order of the class path
     */
    record OfPaths(List<String> paths) implements Release {
        public OfPaths {
            paths = List.copyOf(paths);
            requireSome("a release", "path of a jar or class folder", paths);
        }

        @Override
        public String inWords() {
            return String.join(", ", paths);
        }
    }

    /**
     * Maven coordinates.
     *
     * @param coordinates {@code group:artifact:version}
     * @param settings where artefacts come from
     */
    record OfMaven(String coordinates, MavenSettings settings) implements Release {
        @Override
        public String inWords() {
            return coordinates;
        }
    }

    /**
     * A git revision and how it is built.
     *
     * @param repository a folder of the repository; the empty path: the working directory
     * @param revision a tag, a branch or a commit
     * @param build a command line for the shell
     * @param outputs at least one, relative to the root of the repository
     * @param limit how long the build may take, longer than zero
     */
    record OfGit(Path repository, String revision, String build, List<String> outputs, Duration limit)
            implements Release {
        public OfGit {
            outputs = List.copyOf(outputs);
            requireSome("a release built from git", "output of the build", outputs);
            if (revision.isBlank() || revision.startsWith("-")) {
                throw new PlanException(
                        "a release built from git needs a revision: a tag, a branch or a commit, found '" + revision
                                + "'");
            }
            if (build.isBlank()) {
                throw new PlanException("a release built from git needs a command that builds it, found none");
            }
            if (limit.isNegative() || limit.isZero()) {
                throw new PlanException("the build of a release needs a time limit longer than zero, found " + limit);
            }
        }

        /** Returns the same with another limit for the build. */
        public OfGit withLimit(Duration longest) {
            return new OfGit(repository, revision, build, outputs, longest);
        }

        /** Returns the same from another repository. */
        public OfGit in(Path folder) {
            return new OfGit(folder, revision, build, outputs, limit);
        }

        @Override
        public String inWords() {
            return "git revision " + revision;
        }
    }

    private static void requireSome(String owner, String what, List<String> found) {
        if (found.isEmpty() || found.stream().anyMatch(String::isBlank)) {
            throw new PlanException(owner + " needs at least one " + what + ", and none that is blank, found " + found);
        }
    }
}
