package dev.zdm.junit;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.commons.support.AnnotationSupport;

/** Reads which release the old version is. */
final class OldReleaseReader {
    private final Class<?> testClass;

    OldReleaseReader(Class<?> testClass) {
        this.testClass = testClass;
    }

    /**
     * Returns the version over the release that the class names, or as it is if it names none.
     *
     * @throws PlanException if the annotation does not name one release
     */
    ApplicationVersion over(ApplicationVersion.OfClass version) {
        return AnnotationSupport.findAnnotation(testClass, OldRelease.class)
                .<ApplicationVersion>map(annotation -> version.over(release(annotation)))
                .orElse(version);
    }

    private Release release(OldRelease annotation) {
        List<String> given = new ArrayList<>();
        if (annotation.path().length > 0) {
            given.add(Misuse.attribute("path", annotation.path()));
        }
        if (!annotation.maven().isBlank()) {
            given.add(Misuse.attribute("maven", annotation.maven()));
        }
        if (!annotation.gitRevision().isBlank()) {
            given.add(Misuse.attribute("gitRevision", annotation.gitRevision()));
        }
        if (given.size() != 1) {
            throw misuse("one of path, maven and gitRevision", given.isEmpty() ? "none" : String.join(" and ", given));
        }
        boolean built = !annotation.build().isBlank() || annotation.output().length > 0;
        if (annotation.gitRevision().isBlank() && built) {
            throw misuse(
                    "build and output beside gitRevision only",
                    Misuse.attribute("build", annotation.build()) + " and "
                            + Misuse.attribute("output", annotation.output()) + " beside " + given.get(0));
        }
        if (!annotation.maven().isBlank()) {
            return Release.ofMaven(annotation.maven());
        }
        return annotation.gitRevision().isBlank() ? Release.ofPaths(annotation.path()) : ofGit(annotation);
    }

    private Release ofGit(OldRelease annotation) {
        if (annotation.build().isBlank() || annotation.output().length == 0) {
            throw misuse(
                    "build and output beside gitRevision",
                    Misuse.attribute("build", annotation.build()) + " and "
                            + Misuse.attribute("output", annotation.output()));
        }
        if (annotation.buildSeconds() < 1) {
            throw misuse("buildSeconds to be at least 1", Misuse.attribute("buildSeconds", annotation.buildSeconds()));
        }
        return Release.ofGit(annotation.gitRevision(), annotation.build(), annotation.output())
                .withLimit(Duration.ofSeconds(annotation.buildSeconds()));
    }

    private PlanException misuse(String expected, String found) {
        return Misuse.of(OldRelease.class, testClass, expected, found);
    }
}
