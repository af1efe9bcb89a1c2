package dev.zdm.junit;

import dev.zdm.plan.PlanException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Words a mistake in the annotations: which annotation, on what, what was expected, what was found. */
final class Misuse {
    private Misuse() {}

    static PlanException of(
            Class<? extends Annotation> annotation, AnnotatedElement on, String expected, String found) {
        return new PlanException(
                "@" + annotation.getSimpleName() + " on " + place(on) + ": expected " + expected + ", found " + found);
    }

    /** Returns the short name of a class, or of a member as {@code Class.member}. */
    static String place(AnnotatedElement element) {
        if (element instanceof Class<?> type) {
            String name = type.getName();
            return name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
        }
        return element instanceof Member member
                ? place(member.getDeclaringClass()) + "." + member.getName()
                : element.toString();
    }

    /** Returns what tells a method from others: {@code 'static void fill(DataSource)'}. */
    static String signature(Method method) {
        String modifiers = Modifier.toString(method.getModifiers() & Modifier.methodModifiers());
        String result = method.getReturnType().getSimpleName();
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(
                        ", ", "'" + (modifiers + " " + result).strip() + " " + method.getName() + "(", ")'"));
    }

    /** Returns an attribute as the source spells it: {@code to = "2"}. */
    static String attribute(String name, Object value) {
        return name + " = " + literal(value);
    }

    private static String literal(Object value) {
        if (value instanceof Object[] array) {
            return Arrays.stream(array).map(Misuse::literal).collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof int[] array) {
            return Arrays.stream(array).mapToObj(Integer::toString).collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof Class<?> type) {
            return place(type) + ".class";
        }
        return value instanceof String text ? '"' + text + '"' : value.toString();
    }
}
