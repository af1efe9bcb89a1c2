package dev.zdm.workload;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.PlanException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the methods of a workload class that read facts, and refuses those that cannot. */
final class FactMethods {
    private static final Map<Class<?>, Class<?>> BOXED = Map.of(
            boolean.class, Boolean.class,
            byte.class, Byte.class,
            char.class, Character.class,
            short.class, Short.class,
            int.class, Integer.class,
            long.class, Long.class,
            float.class, Float.class,
            double.class, Double.class);

    private FactMethods() {}

    /**
     * Returns the methods by fact, in the order of the facts' names.
     *
     * @throws PlanException if one of them cannot read a fact, or two read the same
     */
    static Map<Fact, Method> of(Class<?> workload) {
        List<Method> methods = AnnotatedMethods.of(workload, ReadBack.class);
        methods.removeIf(ManyKeys::isReadBy);
        methods.sort(Comparator.comparing(FactMethods::name));
        Map<Fact, Method> facts = new LinkedHashMap<>();
        for (int i = 0; i < methods.size(); i++) {
            if (i > 0 && name(methods.get(i)).equals(name(methods.get(i - 1)))) {
                throw new PlanException("workload " + workload.getName() + " reads the fact '" + name(methods.get(i))
                        + "' by two methods marked with @ReadBack; give each fact its own name");
            }
            facts.put(fact(methods.get(i)), methods.get(i));
        }
        return facts;
    }

    /**
     * Checks that facts of the same name are of the same type.
     *
     * @throws PlanException if they are not
     */
    static void validate(ApplicationVersion older, ApplicationVersion newer) {
        ManyKeys.validate(older);
        ManyKeys.validate(newer);
        for (Fact old : Facts.of(older)) {
            for (Fact young : Facts.of(newer)) {
                if (old.name().equals(young.name())) {
                    requireSame(old, young);
                }
            }
        }
    }

    private static void requireSame(Fact old, Fact young) {
        if (old.type() != young.type()
                && old.type().getName().equals(young.type().getName())) {
            throw new PlanException("both versions read the fact '" + old.name() + "' with @ReadBack as "
                    + old.type().getName()
                    + ", which is another class in each of two releases; return a type of the JDK");
        }
        if (old.type() != young.type()) {
            throw new PlanException("both versions read the fact '" + old.name()
                    + "' with @ReadBack, and so must return the same type; the old version returns "
                    + old.type().getName() + ", the new version " + young.type().getName());
        }
        if (old.total() != young.total()) {
            throw new PlanException("the fact '" + old.name()
                    + "' must be a total in both versions or in none; the old version has @ReadBack(total = "
                    + old.total() + "), the new version @ReadBack(total = " + young.total() + ")");
        }
    }

    static String name(Method method) {
        String given = method.getAnnotation(ReadBack.class).value();
        return given.isBlank() ? method.getName() : given;
    }

    private static Fact fact(Method method) {
        String where = "@ReadBack " + method.getDeclaringClass().getSimpleName() + "." + method.getName();
        if (!Arrays.equals(method.getParameterTypes(), new Class<?>[] {long.class})) {
            throw new PlanException(where + " must take one long, the key, and nothing else, found "
                    + Arrays.stream(method.getParameterTypes())
                            .map(Class::getName)
                            .toList());
        }
        if (method.getReturnType() == void.class || method.getReturnType() == Void.class) {
            throw new PlanException(where + " must return the value that it reads, found void");
        }
        Class<?> type = valueType(method.getGenericReturnType());
        boolean total = method.getAnnotation(ReadBack.class).total();
        if (total && !Values.isExact(type)) {
            throw new PlanException(where + " reads a total, and so must return a long or another exact number, found "
                    + type.getName());
        }
        Fact fact = new Fact(name(method), type, total);
        ColumnValues.validate(where, method.getAnnotation(ReadBack.class).column(), fact);
        return fact;
    }

    /** Returns the boxed class, of what is in an {@link Optional} where it is one. */
    private static Class<?> valueType(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == Optional.class
                    ? valueType(generic.getActualTypeArguments()[0])
                    : valueType(generic.getRawType());
        }
        Class<?> plain = type instanceof Class<?> known ? known : Object.class;
        return BOXED.getOrDefault(plain, plain);
    }
}
