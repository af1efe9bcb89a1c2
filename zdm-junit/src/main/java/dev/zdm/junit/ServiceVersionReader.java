package dev.zdm.junit;

import dev.zdm.plan.PlanException;
import dev.zdm.plan.Service;
import dev.zdm.plan.VersionRole;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.platform.commons.support.AnnotationSupport;

/** Reads which versions run as services. */
final class ServiceVersionReader {
    private final Class<?> testClass;

    ServiceVersionReader(Class<?> testClass) {
        this.testClass = testClass;
    }

    /**
     * Returns the service that a version is; empty: it is none.
     *
     * @throws PlanException if the annotations do not say which
     */
    Optional<Service> of(VersionRole version) {
        List<RunService> found = AnnotationSupport.findRepeatableAnnotations(testClass, RunService.class).stream()
                .filter(annotation -> annotation.version() == version)
                .toList();
        if (found.size() > 1) {
            throw misuse("one annotation for each version", found.size() + " with version = " + version);
        }
        if (version == VersionRole.OLD
                && !found.isEmpty()
                && AnnotationSupport.isAnnotated(testClass, OldRelease.class)) {
            throw misuse("a service or @OldRelease for the old version", "both");
        }
        return found.stream().findFirst().map(this::service);
    }

    private Service service(RunService annotation) {
        if (annotation.startSeconds() < 1) {
            throw misuse("startSeconds to be at least 1", Misuse.attribute("startSeconds", annotation.startSeconds()));
        }
        Service service = launched(annotation)
                .readyAt(annotation.health())
                .startingWithin(Duration.ofSeconds(annotation.startSeconds()));
        for (String variable : annotation.environment()) {
            int equals = variable.indexOf('=');
            if (equals < 1) {
                throw misuse(
                        "environment to be variables as NAME=value",
                        Misuse.attribute("environment", annotation.environment()));
            }
            service = service.withEnvironment(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return annotation.directory().isBlank() ? service : service.inDirectory(Path.of(annotation.directory()));
    }

    private Service launched(RunService annotation) {
        if (annotation.image().isBlank()) {
            if (annotation.command().length == 0) {
                throw misuse("a command or an image", "neither");
            }
            return Service.process(annotation.command());
        }
        return Service.container(annotation.image(), annotation.command()).listeningOn(annotation.port());
    }

    private PlanException misuse(String expected, String found) {
        return Misuse.of(RunService.class, testClass, expected, found);
    }
}
