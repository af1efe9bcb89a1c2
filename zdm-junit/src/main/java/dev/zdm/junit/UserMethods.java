package dev.zdm.junit;

import dev.zdm.plan.Change;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Turns methods that attributes name into changes.
 *
 * @param testClass where the methods are, its superclasses included
 * @param instance what instance methods are called on
 */
record UserMethods(Class<?> testClass, Object instance) {
    /**
     * Returns the change that a method returns or is.
     *
     * @param name the method's name, given by the attribute {@code method} of an annotation of a phase
     */
    Change change(String name, Class<? extends Annotation> annotation, Method phase) {
        Method method = find(
                name,
                candidate -> returnsChange(candidate) || takes(candidate, DataSource.class),
                new Attribute(
                        annotation, phase, "method", "'Change " + name + "()' or 'void " + name + "(DataSource)'"));
        if (!returnsChange(method)) {
            return Change.code("method " + name, database -> call(method, database));
        }
        if (call(method) instanceof Change change) {
            return change;
        }
        throw Misuse.of(annotation, phase, "method " + Misuse.place(method) + " to return a change", "null");
    }

    /** Returns the change that the method {@code name}, named by {@link ZeroDowntimeMigration#seedMethod}, is. */
    Change seed(String name, long rows) {
        Method method = find(
                name,
                candidate -> takes(candidate, DataSource.class) || takes(candidate, DataSource.class, long.class),
                new Attribute(
                        ZeroDowntimeMigration.class,
                        testClass,
                        "seedMethod",
                        "'void " + name + "(DataSource)' or 'void " + name + "(DataSource, long rows)'"));
        String description = "seed method " + name;
        return method.getParameterCount() == 1
                ? Change.code(description, database -> call(method, database))
                : Change.code(description, database -> call(method, database, rows));
    }

    private Method find(String name, Predicate<Method> fits, Attribute attribute) {
        List<Method> named = ReflectionSupport.findMethods(
                testClass,
                method -> method.getName().equals(name) && !method.isSynthetic(),
                HierarchyTraversalMode.BOTTOM_UP);
        List<Method> fitting = named.stream().filter(fits).toList();
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        throw Misuse.of(
                attribute.annotation,
                attribute.on,
                attribute.name + " to name one method of " + Misuse.place(testClass) + " like " + attribute.allowed,
                named.isEmpty() ? "no method '" + name + "'" : signatures(named));
    }

    private @Nullable Object call(Method method, Object... arguments) {
        return ReflectionSupport.invokeMethod(method, instance, arguments);
    }

    private static boolean returnsChange(Method method) {
        return Change.class.isAssignableFrom(method.getReturnType()) && method.getParameterCount() == 0;
    }

    private static boolean takes(Method method, Class<?>... parameters) {
        return method.getReturnType() == void.class && Arrays.equals(method.getParameterTypes(), parameters);
    }

    private static String signatures(List<Method> methods) {
        return methods.stream().map(Misuse::signature).collect(Collectors.joining(" and "));
    }

    /** An attribute that names a method: where it stands, and what the method may look like. */
    private record Attribute(
            Class<? extends Annotation> annotation, AnnotatedElement on, String name, String allowed) {}
}
