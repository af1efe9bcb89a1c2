package dev.zdm.assertions.archunit;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads what a test class rehearses from its annotations, known by name: zdm-junit need not be on the class path. */
final class RehearsalClasses {
    private static final String REHEARSAL = "dev.zdm.junit.ZeroDowntimeMigration";
    private static final String PHASE = "dev.zdm.junit.Phase";
    private static final String MIGRATE = "dev.zdm.junit.Migrate";

    private RehearsalClasses() {}

    /** Returns what a class rehearses; empty if it is no rehearsal, or rehearses no Flyway migration. */
    static Optional<RehearsedRange> range(JavaClass candidate) {
        if (candidate.isInterface() || candidate.getModifiers().contains(JavaModifier.ABSTRACT)) {
            return Optional.empty();
        }
        return hierarchy(candidate)
                .flatMap(type -> MetaAnnotations.find(type, REHEARSAL))
                .findFirst()
                .flatMap(rehearsal -> range(candidate, rehearsal));
    }

    private static Optional<RehearsedRange> range(JavaClass candidate, JavaAnnotation<?> rehearsal) {
        String from = text(rehearsal, "from");
        List<String> targets = onMethods(candidate, MIGRATE)
                .map(migrate -> text(migrate, "to"))
                .filter(to -> !to.isBlank())
                .sorted()
                .toList();
        boolean hasPhases = onMethods(candidate, PHASE).findAny().isPresent();
        if (from.isBlank() || (hasPhases && targets.isEmpty())) {
            return Optional.empty();
        }
        String to = text(rehearsal, "to");
        List<String> newest = hasPhases
                ? targets
                : Stream.of(to).filter(version -> !version.isBlank()).toList();
        return Optional.of(new RehearsedRange(candidate.getSimpleName(), locations(rehearsal), from, newest));
    }

    private static Stream<JavaAnnotation<?>> onMethods(JavaClass candidate, String annotation) {
        return candidate.getAllMethods().stream().flatMap(method -> MetaAnnotations.find(method, annotation));
    }

    private static Stream<JavaClass> hierarchy(JavaClass candidate) {
        List<JavaClass> types = new ArrayList<>();
        types.add(candidate);
        types.addAll(candidate.getAllRawSuperclasses());
        return types.stream();
    }

    private static String text(JavaAnnotation<?> annotation, String attribute) {
        return String.valueOf(annotation.get(attribute).orElse(""));
    }

    private static List<String> locations(JavaAnnotation<?> rehearsal) {
        Object locations = rehearsal.get("locations").orElse("");
        return locations instanceof Object[] array
                ? Stream.of(array).map(String::valueOf).toList()
                : List.of(String.valueOf(locations));
    }
}
