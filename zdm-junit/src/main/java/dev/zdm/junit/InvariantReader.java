package dev.zdm.junit;

import java.lang.reflect.Field;
import java.util.Comparator;
import java.util.List;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Reads the invariants from fields marked with {@link Invariant}.
 *
 * @param testClass where the fields are, its superclasses included
 * @param instance what instance fields are read from
 * @param phases the names that {@code from} and {@code until} may have; empty: not known yet
 */
record InvariantReader(Class<?> testClass, Object instance, List<String> phases) {
    List<dev.zdm.plan.Invariant> read(DeclarationOrder order) {
        return AnnotationSupport.findAnnotatedFields(testClass, Invariant.class).stream()
                .sorted(Comparator.comparingInt(order::of))
                .map(this::read)
                .toList();
    }

    private dev.zdm.plan.Invariant read(Field field) {
        Invariant annotation =
                AnnotationSupport.findAnnotation(field, Invariant.class).orElseThrow();
        checkNamesPhase("from", annotation.from(), field);
        checkNamesPhase("until", annotation.until(), field);
        checkOrder(annotation, field);
        dev.zdm.plan.Invariant invariant = dev.zdm.plan.Invariant.of(field.getName(), query(field));
        invariant = annotation.from().isEmpty() ? invariant : invariant.from(annotation.from());
        invariant = annotation.until().isEmpty() ? invariant : invariant.until(annotation.until());
        return annotation.underLoad() ? invariant : invariant.whenDrained();
    }

    private void checkNamesPhase(String attribute, String phase, Field field) {
        if (!phase.isEmpty() && !phases.isEmpty() && !phases.contains(phase)) {
            throw Misuse.of(
                    Invariant.class,
                    field,
                    attribute + " to name one of the phases " + phases,
                    Misuse.attribute(attribute, phase));
        }
    }

    private void checkOrder(Invariant annotation, Field field) {
        if (!annotation.until().isEmpty() && phases.indexOf(annotation.from()) > phases.indexOf(annotation.until())) {
            throw Misuse.of(
                    Invariant.class,
                    field,
                    "until not to come before from in the phases " + phases,
                    Misuse.attribute("from", annotation.from()) + " and "
                            + Misuse.attribute("until", annotation.until()));
        }
    }

    private String query(Field field) {
        if (field.getType() != String.class) {
            throw Misuse.of(
                    Invariant.class,
                    field,
                    "a field of type String",
                    field.getType().getSimpleName());
        }
        Object value = ReflectionSupport.tryToReadFieldValue(field, instance)
                .getOrThrow(e -> new IllegalStateException("cannot read " + Misuse.place(field), e));
        if (value instanceof String query && !query.isBlank()) {
            return query;
        }
        throw Misuse.of(
                Invariant.class, field, "a query that returns no row", value == null ? "null" : "an empty text");
    }
}
