package dev.zdm.workload;

import dev.zdm.artifact.ArtifactException;
import dev.zdm.artifact.GitBuild;
import dev.zdm.artifact.MavenArtifacts;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The jars and class folders of a release, and what must go with them.
 *
 * @param paths in the order of the class path
 * @param build what they were built in; null: nothing was built
 */
record ReleaseFiles(List<Path> paths, @Nullable GitBuild build) implements AutoCloseable {
    private static final String ALL_JARS = "/*";

    /**
     * Finds, resolves or builds a release.
     *
     * @throws PlanException if it cannot be had
     */
    static ReleaseFiles of(Release release) {
        try {
            if (release instanceof Release.OfPaths ofPaths) {
                return new ReleaseFiles(find(Path.of(""), ofPaths.paths(), "the release"), null);
            }
            if (release instanceof Release.OfMaven ofMaven) {
                return new ReleaseFiles(
                        MavenArtifacts.of(ofMaven.settings()).withDependencies(ofMaven.coordinates()), null);
            }
            return built((Release.OfGit) release);
        } catch (ArtifactException e) {
            throw new PlanException(String.valueOf(e.getMessage()), e);
        }
    }

    private static ReleaseFiles built(Release.OfGit release) {
        GitBuild build = GitBuild.run(release.repository(), release.revision(), release.build(), release.limit());
        try {
            String what = "the output of '" + release.build() + "' at " + release.inWords();
            return new ReleaseFiles(find(build.root(), release.outputs(), what), build);
        } catch (PlanException e) {
            build.close();
            throw e;
        }
    }

    private static List<Path> find(Path root, List<String> paths, String what) {
        List<Path> found = new ArrayList<>();
        for (String path : paths) {
            if (path.endsWith(ALL_JARS)) {
                found.addAll(jars(root.resolve(path.substring(0, path.length() - ALL_JARS.length())), what));
            } else if (Files.exists(root.resolve(path))) {
                found.add(root.resolve(path).toAbsolutePath());
            } else {
                throw missing(what, "a jar or a folder with classes", root.resolve(path));
            }
        }
        return found;
    }

    private static List<Path> jars(Path folder, String what) {
        List<Path> jars = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
                files.forEach(jar -> jars.add(jar.toAbsolutePath()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (jars.isEmpty()) {
            throw missing(what, "a folder with jars", folder);
        }
        jars.sort(null); // A folder has no order, and the run must not hang on the file system's.
        return jars;
    }

    private static PlanException missing(String what, String expected, Path at) {
        return new PlanException(what + ": expected " + expected + ", found none at " + at.toAbsolutePath());
    }

    @Override
    public void close() {
        if (build != null) {
            build.close();
        }
    }
}
