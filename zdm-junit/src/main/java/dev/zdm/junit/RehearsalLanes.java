package dev.zdm.junit;

import dev.zdm.database.ServerChoice;
import dev.zdm.plan.PlanException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Says which rehearsals may run at once where JUnit runs classes in parallel: each class gets one of a few lanes in turn, and
 * a lane is a lock. JUnit itself waits for locks, before it begins with a class, so that no thread waits in the midst of one.
 */
final class RehearsalLanes implements ResourceLocksProvider {
    static final String SETTING = "zdm.parallel";

    private static final String LOCK = "dev.zdm.rehearsal.";
    private static final AtomicInteger CLASSES = new AtomicInteger();

    /** Numbers classes in the order in which JUnit meets them. */
    private static final ClassValue<Integer> NUMBER = new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> type) {
            return CLASSES.getAndIncrement();
        }
    };

    /** Returns how many rehearsals may run at once: 1 unless more are asked for, and no more than there are processors. */
    static int count() {
        try {
            return Math.min(
                    asked(RehearsalLanes::ofSystem).orElse(1),
                    Runtime.getRuntime().availableProcessors());
        } catch (PlanException wrong) {
            return 1; // The class fails with it, see check; here the whole run would.
        }
    }

    /**
     * Checks what a run asks for.
     *
     * @param parameters looks a parameter of JUnit up
     * @throws PlanException if it cannot be had
     */
    static void check(Function<String, Optional<String>> parameters, ServerChoice choice) {
        Optional<Integer> asked = asked(RehearsalLanes::ofSystem);
        if (asked.isEmpty() && asked(parameters).isPresent()) {
            throw new PlanException("configuration parameter " + SETTING + ": expected as a system property of the"
                    + " tests' JVM, for JUnit plans a run before it tells its parameters, found as a parameter");
        }
        if (asked.orElse(1) > 1 && choice instanceof ServerChoice.External) {
            throw new PlanException("system property " + SETTING + ": expected 1 beside an external server, which all"
                    + " rehearsals share, found '" + asked.get() + "'");
        }
    }

    private static Optional<String> ofSystem(String name) {
        return Optional.ofNullable(System.getProperty(name));
    }

    private static Optional<Integer> asked(Function<String, Optional<String>> parameters) {
        return new ParameterReader(parameters).integer(SETTING, 1);
    }

    @Override
    public Set<Lock> provideForClass(Class<?> testClass) {
        return locks(testClass);
    }

    @Override
    public Set<Lock> provideForNestedClass(List<Class<?>> enclosing, Class<?> testClass) {
        return locks(testClass);
    }

    private static Set<Lock> locks(Class<?> testClass) {
        return AnnotationSupport.isAnnotated(testClass, ZeroDowntimeMigration.class)
                ? Set.of(new Lock(LOCK + NUMBER.get(testClass) % count()))
                : Set.of();
    }
}
