package dev.zdm.workload;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.FlagBoard;
import dev.zdm.plan.HttpOperation;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.SqlOperation;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
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
        Optional<Class<?>> workload = version.workloadClass();
        if (workload.isPresent()) {
            validate(workload.get(), version);
        } else {
            List<String> names = names(version).stream().sorted().toList();
            String owner = version instanceof ApplicationVersion.OfSql ? "of SQL" : "of HTTP requests";
            for (int i = 1; i < names.size(); i++) {
                requireDistinct(owner, names.get(i - 1), names.get(i));
            }
        }
    }

    private static void validate(Class<?> workload, ApplicationVersion version) {
        constructor(workload, version);
        List<Method> operations = methods(workload);
        checkReplica(workload);
        if (version instanceof ApplicationVersion.OfService
                && !onReplica(version).isEmpty()) {
            throw new PlanException("@OnReplica in workload " + workload.getName()
                    + " has no effect: a service connects to its database by itself");
        }
        if (FactMethods.of(workload).isEmpty()) {
            operations.stream().filter(Workloads::takesLedger).findFirst().ifPresent(operation -> {
                throw new PlanException("@Operation " + where(operation) + " takes the ledger, but workload "
                        + workload.getName() + " has no method marked with @ReadBack to read with");
            });
        }
    }

    /** Returns the names of the operations that work on a replica. */
    public static List<String> onReplica(ApplicationVersion version) {
        Optional<Class<?>> workload = version.workloadClass();
        if (workload.isPresent()) {
            return AnnotatedMethods.of(workload.get(), OnReplica.class).stream()
                    .map(Method::getName)
                    .sorted()
                    .toList();
        }
        return version instanceof ApplicationVersion.OfSql ofSql
                ? ofSql.operations().stream()
                        .filter(SqlOperation::onReplica)
                        .map(SqlOperation::name)
                        .toList()
                : List.of();
    }

    private static void checkReplica(Class<?> workload) {
        for (Method method : AnnotatedMethods.of(workload, OnReplica.class)) {
            if (!method.isAnnotationPresent(Operation.class)) {
                throw new PlanException("@OnReplica " + where(method)
                        + " must be an operation too: mark it with @Operation, for nothing else runs on a replica");
            }
            if (takesLedger(method)) {
                throw new PlanException("@OnReplica " + where(method)
                        + " takes the ledger, but a replica cannot be written: write on the primary");
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

    /** Returns a version over its source of connections; the caller closes it. */
    static BoundVersion bind(ApplicationVersion version, DataSource database) {
        return bind(version, database, pid -> {});
    }

    /**
     * Returns a version over its source of connections; the caller closes it.
     *
     * @param sessions learns the process ids of the sessions that a service opens by itself
     */
    static BoundVersion bind(ApplicationVersion version, DataSource database, IntConsumer sessions) {
        if (version instanceof ApplicationVersion.OfService ofService) {
            return bind(ofService, BoundService.start(ofService.service(), database, sessions));
        }
        if (version instanceof ApplicationVersion.OfClass ofClass) {
            Object workload = instance(ofClass, database);
            Flags flags = flags(ofClass);
            List<BoundOperation> operations = methods(ofClass.workload()).stream()
                    .<BoundOperation>map(method -> new MethodOperation(workload, method, flags))
                    .toList();
            return workload instanceof AutoCloseable opened
                    ? new BoundVersion(operations, Facts.of(workload), ContextLoader.closing(opened))
                    : new BoundVersion(operations, Facts.of(workload));
        }
        if (version instanceof ApplicationVersion.OfSql ofSql) {
            List<BoundOperation> operations = ofSql.operations().stream()
                    .<BoundOperation>map(operation -> new StatementsOperation(operation, database))
                    .toList();
            return new BoundVersion(operations, Facts.none());
        }
        return new BoundVersion(List.of(), Facts.none());
    }

    private static BoundVersion bind(ApplicationVersion.OfService version, BoundService service) {
        try {
            Class<?> workload = version.workload();
            if (workload == null) {
                List<BoundOperation> requests = version.requests().stream()
                        .<BoundOperation>map(request ->
                                new ExplainedOperation(new RequestOperation(request, service.api()), service))
                        .toList();
                return new BoundVersion(requests, Facts.none(), service);
            }
            Object instance = instance(constructor(workload, version), service.api());
            Flags flags = new BoardFlags(new FlagBoard());
            List<BoundOperation> operations = methods(workload).stream()
                    .<BoundOperation>map(
                            method -> new ExplainedOperation(new MethodOperation(instance, method, flags), service))
                    .toList();
            return new BoundVersion(operations, Facts.of(instance, service), service);
        } catch (RuntimeException e) {
            service.close();
            throw e;
        }
    }

    /** Returns whether anything of a version takes the feature flags: its constructor or an operation. */
    public static boolean takeFlags(ApplicationVersion version) {
        if (!(version instanceof ApplicationVersion.OfClass ofClass)) {
            return false;
        }
        return Stream.concat(
                        Stream.of(constructor(ofClass.workload(), version).getParameterTypes()),
                        methods(ofClass.workload()).stream().flatMap(method -> Stream.of(method.getParameterTypes())))
                .anyMatch(type -> type == Flags.class);
    }

    /** Returns the names of a version's operations. */
    static List<String> names(ApplicationVersion version) {
        Optional<Class<?>> workload = version.workloadClass();
        if (workload.isPresent()) {
            return methods(workload.get()).stream().map(Method::getName).toList();
        }
        if (version instanceof ApplicationVersion.OfService ofService) {
            return ofService.requests().stream().map(HttpOperation::name).toList();
        }
        return version instanceof ApplicationVersion.OfSql ofSql
                ? ofSql.operations().stream().map(SqlOperation::name).toList()
                : List.of();
    }

    private static Constructor<?> constructor(Class<?> type, ApplicationVersion version) {
        if (Modifier.isAbstract(type.getModifiers())
                || (type.isMemberClass() && !Modifier.isStatic(type.getModifiers()))) {
            throw new PlanException("workload " + type.getName()
                    + " must be a class that can be instantiated: not abstract, and static if it is nested");
        }
        boolean isService = version instanceof ApplicationVersion.OfService;
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            List<Class<?>> parameters = List.of(constructor.getParameterTypes());
            if (isService
                    ? parameters.equals(List.of(HttpApi.class))
                    : parameters.equals(List.of(DataSource.class))
                            || parameters.equals(List.of(DataSource.class, Flags.class))) {
                constructor.setAccessible(true);
                return constructor;
            }
        }
        String needed = isService
                ? "a " + HttpApi.class.getName() + ", for its version is a service"
                : "a javax.sql.DataSource, or one and " + Flags.class.getName();
        throw new PlanException("workload " + type.getName() + " needs a constructor that takes " + needed + ", found "
                + Arrays.toString(type.getDeclaredConstructors()));
    }

    private static Flags flags(ApplicationVersion.OfClass version) {
        return new BoardFlags(version.board() == null ? new FlagBoard() : version.board());
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

    private static boolean takesLedger(Method operation) {
        return Arrays.asList(operation.getParameterTypes()).contains(Ledger.class);
    }

    private static String where(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    private static void requireDistinct(String owner, String first, String second) {
        if (first.equals(second)) {
            throw new PlanException("workload " + owner + " has two operations named '" + first
                    + "'; give each its own name, for what ran is counted by name");
        }
    }

    private static void check(Method method) {
        String where = "@Operation " + where(method);
        int weight = method.getAnnotation(Operation.class).weight();
        if (weight < 1) {
            throw new PlanException(where + " needs a weight of at least 1, found weight=" + weight);
        }
        for (Class<?> parameter : method.getParameterTypes()) {
            if (parameter != Keys.class && parameter != Ledger.class && parameter != Flags.class) {
                throw new PlanException(where + " may take " + Keys.class.getName() + ", " + Ledger.class.getName()
                        + ", " + Flags.class.getName() + " and nothing else, found " + parameter.getName());
            }
        }
    }

    private static Object instance(ApplicationVersion.OfClass version, DataSource database) {
        Constructor<?> constructor = constructor(version.workload(), version);
        return constructor.getParameterCount() == 1
                ? instance(constructor, database)
                : instance(constructor, database, flags(version));
    }

    private static Object instance(Constructor<?> constructor, Object... arguments) {
        Class<?> type = constructor.getDeclaringClass();
        try (ContextLoader context = ContextLoader.of(type)) {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            noteLack("the constructor of workload " + type.getName(), type, e);
            throw new PlanException(
                    "the constructor of workload " + type.getName() + " failed: " + e.getCause(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new PlanException("workload " + type.getName() + " cannot be instantiated: " + e.getMessage(), e);
        }
    }

    /** Remembers if a release lacks what was called. */
    static void noteLack(String where, Class<?> workload, Throwable failure) {
        ReleaseLoader release = ReleaseLoader.of(workload);
        if (release != null) {
            release.note(where, failure);
        }
    }

    /** A method of a workload class. */
    private record MethodOperation(Object workload, Method method, Flags flags) implements BoundOperation {
        @Override
        public String name() {
            return method.getName();
        }

        @Override
        public int weight() {
            return method.getAnnotation(Operation.class).weight();
        }

        @Override
        public boolean onReplica() {
            return method.isAnnotationPresent(OnReplica.class);
        }

        @Override
        public boolean takesLedger() {
            return Workloads.takesLedger(method);
        }

        @Override
        public void run(Keys keys, Ledger ledger) throws Exception {
            Class<?>[] types = method.getParameterTypes();
            Object[] arguments = new Object[types.length];
            for (int i = 0; i < types.length; i++) {
                arguments[i] = types[i] == Ledger.class ? ledger : types[i] == Flags.class ? flags : keys;
            }
            try (ContextLoader context = ContextLoader.of(workload.getClass())) {
                method.invoke(workload, arguments);
            } catch (InvocationTargetException e) {
                noteLack(
                        "operation '" + name() + "' of workload "
                                + workload.getClass().getName(),
                        workload.getClass(),
                        e);
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
        public boolean onReplica() {
            return operation.onReplica();
        }

        @Override
        public boolean takesLedger() {
            return false;
        }

        @Override
        public void run(Keys keys, Ledger ledger) throws Exception {
            SqlSession.run(operation, database);
        }
    }
}
