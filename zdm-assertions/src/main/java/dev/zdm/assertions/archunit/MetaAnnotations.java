package dev.zdm.assertions.archunit;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.properties.HasAnnotations;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** Finds annotations that stand on an element, or on an annotation that stands there. */
final class MetaAnnotations {
    private MetaAnnotations() {}

    static Stream<JavaAnnotation<?>> find(HasAnnotations<?> element, String name) {
        return find(element, name, new HashSet<>());
    }

    private static Stream<JavaAnnotation<?>> find(HasAnnotations<?> element, String name, Set<String> seen) {
        return element.getAnnotations().stream()
                .filter(annotation -> seen.add(annotation.getRawType().getName()))
                .flatMap(annotation -> annotation.getRawType().getName().equals(name)
                        ? Stream.of(annotation)
                        : find(annotation.getRawType(), name, seen));
    }
}
