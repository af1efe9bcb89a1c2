package dev.zdm.junit;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Attributes of an annotation of which exactly one may be given.
 *
 * @param <T> what the one that is given stands for
 */
final class OneOf<T> {
    private final Class<? extends Annotation> annotation;
    private final Method on;
    private final List<String> names = new ArrayList<>();
    private final List<Choice<T>> given = new ArrayList<>();

    OneOf(Class<? extends Annotation> annotation, Method on) {
        this.annotation = annotation;
        this.on = on;
    }

    /** Adds an attribute that counts as not given if it is empty. */
    OneOf<T> or(String name, String value, Supplier<T> meaning) {
        return or(name, value, !value.isBlank(), meaning);
    }

    /** Adds an attribute that counts as not given if it is empty. */
    OneOf<T> or(String name, String[] value, Supplier<T> meaning) {
        return or(name, value, value.length > 0, meaning);
    }

    private OneOf<T> or(String name, Object value, boolean isGiven, Supplier<T> meaning) {
        names.add(name);
        if (isGiven) {
            given.add(new Choice<>(Misuse.attribute(name, value), meaning));
        }
        return this;
    }

    /** Returns what the one that is given stands for. */
    T only() {
        if (given.size() == 1) {
            return given.get(0).meaning.get();
        }
        String found =
                given.isEmpty() ? "none" : given.stream().map(Choice::spelled).collect(Collectors.joining(" and "));
        throw Misuse.of(annotation, on, "exactly one of " + String.join(", ", names), found);
    }

    private record Choice<T>(String spelled, Supplier<T> meaning) {}
}
