package dev.zdm.workload;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.PlanException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The facts of an application version, bound to its source of connections. Safe for use by several threads. */
public final class Facts implements AutoCloseable {
    private final @Nullable Object workload;
    private final Map<Fact, Method> methods;
    private final Map<Fact, Method> many;
    private final List<Fact> facts;
    private final @Nullable BoundVersion own;
    private final @Nullable BoundService service;

    private Facts(
            @Nullable Object workload,
            Map<Fact, Method> methods,
            Map<Fact, Method> many,
            @Nullable BoundVersion own,
            @Nullable BoundService service) {
        this.workload = workload;
        this.service = service;
        this.own = own;
        this.methods = methods;
        this.many = many;
        this.facts = List.copyOf(methods.keySet());
    }

    /** Returns the facts that a version can read, by name; only a workload class has any. */
    public static List<Fact> of(ApplicationVersion version) {
        return version.workloadClass()
                .map(workload -> List.copyOf(FactMethods.of(workload).keySet()))
                .orElse(List.of());
    }

    /**
     * Binds the facts of a version to a source of connections, through an instance of its own, which the caller closes.
     *
     * @throws PlanException if the workload class cannot be instantiated
     */
    public static Facts bind(ApplicationVersion version, DataSource database) {
        if (of(version).isEmpty()) {
            return none();
        }
        BoundVersion bound = Workloads.bind(version, database);
        Facts theirs = bound.facts();
        return new Facts(theirs.workload, theirs.methods, theirs.many, bound, theirs.service);
    }

    /** Returns the facts of an instance of a workload class, which they do not close. */
    static Facts of(Object workload) {
        return of(workload, null);
    }

    /**
     * Returns the facts of an instance of a workload class, which they do not close.
     *
     * @param service what it talks to, whose server's words explain failures; null: no service
     */
    static Facts of(Object workload, @Nullable BoundService service) {
        Map<Fact, Method> methods = new LinkedHashMap<>(FactMethods.of(workload.getClass()));
        return new Facts(workload, methods, ManyKeys.of(workload.getClass(), methods.keySet()), null, service);
    }

    /** Returns the facts of a version that has none. */
    public static Facts none() {
        return new Facts(null, Map.of(), Map.of(), null, null);
    }

    /** Returns the facts, by name. */
    public List<Fact> facts() {
        return facts;
    }

    /** Returns whether the version has this fact. */
    boolean has(Fact fact) {
        return methods.containsKey(fact);
    }

    /**
     * Reads a fact of a key.
     *
     * @return the value; null: there is none
     * @throws IllegalArgumentException if this version has no such fact
     * @throws Exception whatever the application throws
     */
    public @Nullable Object read(Fact fact, long key) throws Exception {
        Method method = methods.get(fact);
        if (method == null) {
            throw new IllegalArgumentException("no fact " + fact + " among " + methods.keySet());
        }
        long began = System.nanoTime();
        try (ContextLoader context = ContextLoader.of(method.getDeclaringClass())) {
            Object value = method.invoke(workload, key);
            return value instanceof Optional<?> optional ? optional.orElse(null) : value;
        } catch (InvocationTargetException e) {
            throw explained(unwrapped(method, e), began);
        }
    }

    /** Returns whether this version can read a fact of many keys at once. */
    boolean readsMany(Fact fact) {
        return many.containsKey(fact);
    }

    /**
     * Reads a fact of many keys at once.
     *
     * @return the values that there are, by key
     * @throws Exception whatever the application throws
     */
    Map<?, ?> readMany(Fact fact, List<Long> keys) throws Exception {
        Method method = many.get(fact);
        if (method == null) {
            throw new IllegalArgumentException("no fact of many keys " + fact + " among " + many.keySet());
        }
        long began = System.nanoTime();
        try (ContextLoader context = ContextLoader.of(method.getDeclaringClass())) {
            return (Map<?, ?>) method.invoke(workload, keys);
        } catch (InvocationTargetException e) {
            throw explained(unwrapped(method, e), began);
        }
    }

    /** Closes what {@link #bind} has opened. Does not throw. */
    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }

    private Exception explained(Exception failure, long began) {
        return service == null || failure instanceof InterruptedException ? failure : service.explained(failure, began);
    }

    private static Exception unwrapped(Method method, InvocationTargetException failure) {
        Class<?> owner = method.getDeclaringClass();
        Workloads.noteLack("read-back '" + method.getName() + "' of workload " + owner.getName(), owner, failure);
        if (failure.getCause() instanceof Error error) {
            throw error;
        }
        return failure.getCause() instanceof Exception exception ? exception : failure;
    }
}
