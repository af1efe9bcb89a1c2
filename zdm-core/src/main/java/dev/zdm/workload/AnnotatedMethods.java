package dev.zdm.workload;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds methods by annotation, those of superclasses included. */
final class AnnotatedMethods {
    private AnnotatedMethods() {}

    /** Returns the methods, made accessible; one that a subclass overrides counts once. */
    static List<Method> of(Class<?> type, Class<? extends Annotation> annotation) {
        List<Method> methods = new ArrayList<>();
        for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
            for (Method method : owner.getDeclaredMethods()) {
                if (method.isAnnotationPresent(annotation)
                        && !method.isBridge()
                        && methods.stream().noneMatch(other -> isSame(other, method))) {
                    method.setAccessible(true);
                    methods.add(method);
                }
            }
        }
        return methods;
    }

    private static boolean isSame(Method one, Method other) {
        return one.getName().equals(other.getName())
                && Arrays.equals(one.getParameterTypes(), other.getParameterTypes());
    }
}
