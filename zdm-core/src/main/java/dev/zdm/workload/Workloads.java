package dev.zdm.workload;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.SqlOperation;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import javax.sql.DataSource;

/** Turns application versions into operations that can be run. */
public final class Workloads {
    private Workloads() {}

    /**
     * Checks a version as far as that is possible without a database.
     *
     * @throws PlanException if no operations can be had from it
     */
    public static void validate(ApplicationVersion version) {
        if (version instanceof ApplicationVersion.OfClass ofClass) {
            constructor(ofClass.workload());
            methods(ofClass.workload());
            FactMethods.of(ofClass.workload());
        } else if (version instanceof ApplicationVersion.OfSql ofSql) {
            List<String> names =
                    ofSql.operations().stream().map(SqlOperation::name).sorted().toList();
            for (int i = 1; i < names.size(); i++) {
                requireDistinct("of SQL", names.get(i - 1), names.get(i));
            }
        }
    }

    /**
     * Checks two versions against each other.
     *
     * @throws PlanException if they read the same fact as different types
     */
    public static void validate(ApplicationVersion older, ApplicationVersion newer) {
        FactMethods.validate(older, newer);
    }

    /** Returns the operations of a version over its source of connections; empty for an absent version. */
    static List<BoundOperation> bind(ApplicationVersion version, DataSource database) {
        if (version instanceof ApplicationVersion.OfClass ofClass) {
            Object workload = instance(ofClass.workload(), database);
            return methods(ofClass.workload()).stream()
                    .<BoundOperation>map(method -> new MethodOperation(workload, method))
                    .toList();
        }
        if (version instanceof ApplicationVersion.OfSql ofSql) {
            return ofSql.operations().stream()
                    .<BoundOperation>map(operation -> new StatementsOperation(operation, database))
                    .toList();
        }
        return List.of();
    }

    private static Constructor<?> constructor(Class<?> type) {
        if (Modifier.isAbstract(type.getModifiers())
                || (type.isMemberClass() && !Modifier.isStatic(type.getModifiers()))) {
            throw new PlanException("workload " + type.getName()
                    + " must be a class that can be instantiated: not abstract, and static if it is nested");
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(DataSource.class);
            constructor.setAccessible(true);
            return constructor;
        } catch (NoSuchMethodException e) {
            throw new PlanException(
                    "workload " + type.getName() + " needs a constructor that takes a javax.sql.DataSource, found "
                            + Arrays.toString(type.getDeclaredConstructors()),
                    e);
        }
    }

    private static List<Method> methods(Class<?> type) {
        List<Method> methods = AnnotatedMethods.of(type, Operation.class);
        methods.forEach(Workloads::check);
        if (methods.isEmpty()) {
            throw new PlanException("workload " + type.getName() + " needs at least one method marked with @Operation, "
                    + "found none");
        }
        methods.sort(Comparator.comparing(Method::getName));
        for (int i = 1; i < methods.size(); i++) {
            requireDistinct(
                    type.getName(), methods.get(i - 1).getName(), methods.get(i).getName());
        }
        return methods;
    }

    private static void requireDistinct(String owner, String first, String second) {
        if (first.equals(second)) {
            throw new PlanException("workload " + owner + " has two operations named '" + first
                    + "'; give each its own name, for what ran is counted by name");
        }
    }

    private static void check(Method method) {
        String where = "@Operation " + method.getDeclaringClass().getSimpleName() + "." + method.getName();
        int weight = method.getAnnotation(Operation.class).weight();
        if (weight < 1) {
            throw new PlanException(where + " needs a weight of at least 1, found weight=" + weight);
        }
        for (Class<?> parameter : method.getParameterTypes()) {
            if (parameter != Keys.class) {
                throw new PlanException(where + " may take " + Keys.class.getName() + " and nothing else, found "
                        + parameter.getName());
            }
        }
    }

    static Object instance(Class<?> type, DataSource database) {
        try {
            return constructor(type).newInstance(database);
        } catch (InvocationTargetException e) {
            throw new PlanException(
                    "the constructor of workload " + type.getName() + " failed: " + e.getCause(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new PlanException("workload " + type.getName() + " cannot be instantiated: " + e.getMessage(), e);
        }
    }

    /** A method of a workload class. */
    private record MethodOperation(Object workload, Method method) implements BoundOperation {
        @Override
        public String name() {
            return method.getName();
        }

        @Override
        public int weight() {
            return method.getAnnotation(Operation.class).weight();
        }

        @Override
        public void run(Keys keys) throws Exception {
            Object[] arguments = new Object[method.getParameterCount()];
            Arrays.fill(arguments, keys);
            try {
                method.invoke(workload, arguments);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof Exception failure) {
                    throw failure;
                }
                throw e;
            }
        }
    }

    /** A list of statements. */
    private record StatementsOperation(SqlOperation operation, DataSource database) implements BoundOperation {
        @Override
        public String name() {
            return operation.name();
        }

        @Override
        public int weight() {
            return operation.weight();
        }

        @Override
        public void run(Keys keys) throws Exception {
            SqlSession.run(operation, database);
        }
    }
}
