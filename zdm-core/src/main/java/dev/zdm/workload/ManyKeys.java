package dev.zdm.workload;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.PlanException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the methods of a workload class that read a fact of many keys at once. */
final class ManyKeys {
    private ManyKeys() {}

    /** Returns whether a method takes many keys, and not one. */
    static boolean isReadBy(Method method) {
        return method.getParameterCount() == 1 && Collection.class.isAssignableFrom(method.getParameterTypes()[0]);
    }

    /**
     * Returns the methods by fact.
     *
     * @param facts what the class reads of one key
     * @throws PlanException if one of them cannot read what another method reads of one key
     */
    static Map<Fact, Method> of(Class<?> workload, Collection<Fact> facts) {
        Map<Fact, Method> methods = new HashMap<>();
        for (Method method : AnnotatedMethods.of(workload, ReadBack.class)) {
            if (isReadBy(method)) {
                Fact fact = fact(method, facts);
                if (methods.put(fact, method) != null) {
                    throw new PlanException("workload " + workload.getName() + " reads the fact '" + fact.name()
                            + "' of many keys by two methods marked with @ReadBack; one is enough");
                }
            }
        }
        return methods;
    }

    /**
     * Checks the methods of a version that read many keys.
     *
     * @throws PlanException if one of them cannot
     */
    static void validate(ApplicationVersion version) {
        version.workloadClass()
                .ifPresent(workload -> of(workload, FactMethods.of(workload).keySet()));
    }

    private static Fact fact(Method method, Collection<Fact> facts) {
        String where = "@ReadBack " + method.getDeclaringClass().getSimpleName() + "." + method.getName();
        String name = FactMethods.name(method);
        Fact fact = facts.stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new PlanException(where + " reads many keys, and so must have the name of a fact that"
                                + " another method reads of one key: @ReadBack(\"…\") with one of "
                                + facts.stream().map(Fact::name).toList()));
        if (!method.getAnnotation(ReadBack.class).column().isBlank()) {
            throw new PlanException(
                    where + " reads many keys; name the column of '" + fact.name() + "' where one key is read");
        }
        if (!method.getParameterTypes()[0].isAssignableFrom(List.class) || !returnsMapOf(fact, method)) {
            throw new PlanException(where + " must take a Collection<Long> and return a Map<Long, "
                    + fact.type().getSimpleName() + ">, found " + method.toGenericString());
        }
        return fact;
    }

    private static boolean returnsMapOf(Fact fact, Method method) {
        return method.getGenericReturnType() instanceof ParameterizedType map
                && map.getRawType() == Map.class
                && isOf(Long.class, map.getActualTypeArguments()[0])
                && isOf(fact.type(), map.getActualTypeArguments()[1]);
    }

    private static boolean isOf(Class<?> expected, Type found) {
        return found == expected
                || (found instanceof ParameterizedType generic && generic.getRawType() == expected)
                || (expected.isArray() && found.getTypeName().equals(expected.getTypeName()));
    }
}
