package dev.zdm.junit;

import dev.zdm.plan.Change;
import dev.zdm.plan.FlagStep;
import dev.zdm.plan.LockRetry;
import dev.zdm.plan.Losses;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.Touches;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * Reads the phases from methods marked with {@link Phase}.
 *
 * @param testClass where the methods are, its superclasses included
 * @param changes reads what the phases do
 */
record PhaseReader(Class<?> testClass, ChangeReader changes) {
    /** Returns the phases in the order of their methods; none where {@link EveryMigration} makes them. */
    List<dev.zdm.plan.Phase> read(DeclarationOrder order) {
        List<Method> phases = methods(Phase.class).stream()
                .sorted(Comparator.comparingInt(order::of))
                .toList();
        List<Method> templates = methods(EveryMigration.class);
        checkStrays();
        checkKind(phases, templates);
        phases.forEach(method -> checkRuns(Phase.class, method));
        templates.forEach(method -> checkRuns(EveryMigration.class, method));
        templates.forEach(PhaseReader::patience);
        checkNames(phases);
        return phases.stream().map(this::read).toList();
    }

    /** Returns how {@link EveryMigration} lets migrations get their locks; empty: as they stand. */
    Optional<LockRetry> patience() {
        return methods(EveryMigration.class).stream().findFirst().flatMap(PhaseReader::patience);
    }

    private static Optional<LockRetry> patience(Method method) {
        EveryMigration every = find(method, EveryMigration.class).orElseThrow();
        return Patience.of(EveryMigration.class, method, every.lockTimeoutMillis(), every.tries());
    }

    private dev.zdm.plan.Phase read(Method method) {
        checkDoesSomething(method);
        Optional<Change> change = find(method, Migrate.class).map(migrate -> changes.read(migrate, method));
        Optional<dev.zdm.plan.Traffic> traffic = find(method, Traffic.class).map(steps -> traffic(steps, method));
        Optional<Change> rollback = find(method, Rollback.class).flatMap(undo -> changes.read(undo, method));
        return new dev.zdm.plan.Phase(
                name(method),
                change.orElseGet(Change::none),
                traffic.orElse(null),
                rollback.orElse(null),
                losses(method),
                touches(method),
                flags(method),
                find(method, Migrate.class).map(Migrate::backfill).orElse(false));
    }

    private static Losses losses(Method method) {
        String[] places = find(method, Rollback.class).map(Rollback::loses).orElse(new String[0]);
        try {
            return new Losses(List.of(places));
        } catch (PlanException e) {
            throw Misuse.of(
                    Rollback.class,
                    method,
                    "loses to name tables and columns as SQL spells them",
                    Misuse.attribute("loses", places));
        }
    }

    private static Touches touches(Method method) {
        String[] places = find(method, Migrate.class).map(Migrate::touches).orElse(new String[0]);
        try {
            return places.length == 0 ? Touches.UNDECLARED : new Touches(List.of(places));
        } catch (PlanException e) {
            throw Misuse.of(
                    Migrate.class,
                    method,
                    "touches to name tables and columns as SQL spells them",
                    Misuse.attribute("touches", places));
        }
    }

    private static List<FlagStep> flags(Method method) {
        String[] steps = find(method, Flags.class).map(Flags::value).orElse(null);
        if (steps == null) {
            return List.of();
        }
        try {
            if (steps.length > 0) {
                return Stream.of(steps).map(FlagStep::parse).toList();
            }
        } catch (PlanException e) {
            // Told as what is wrong with the annotation.
        }
        throw Misuse.of(
                Flags.class,
                method,
                "at least one step, each of which names flags once with their values, such as \"write=both, read=old\"",
                Misuse.attribute("value", steps));
    }

    private static void checkDoesSomething(Method method) {
        if (find(method, Migrate.class).isPresent()) {
            return;
        }
        if (find(method, Rollback.class).isPresent()) {
            throw Misuse.of(Phase.class, method, "@Migrate beside @Rollback", "none");
        }
        if (find(method, Traffic.class).isEmpty() && find(method, Flags.class).isEmpty()) {
            throw Misuse.of(Phase.class, method, "@Migrate, @Traffic or @Flags beside it", "none of them");
        }
    }

    private static String name(Method method) {
        return find(method, Phase.class).orElseThrow().value();
    }

    private static dev.zdm.plan.Traffic traffic(Traffic traffic, Method method) {
        int[] steps = traffic.value();
        if (steps.length == 0 || IntStream.of(steps).anyMatch(step -> step < 0 || step > 100)) {
            throw Misuse.of(
                    Traffic.class,
                    method,
                    "at least one step, each the old version's share in percent from 0 to 100",
                    Misuse.attribute("value", steps));
        }
        return dev.zdm.plan.Traffic.steps(steps);
    }

    private void checkStrays() {
        Stream.of(Migrate.class, Traffic.class, Flags.class, Rollback.class)
                .forEach(annotation -> methods(annotation).stream()
                        .filter(method -> find(method, Phase.class).isEmpty())
                        .findFirst()
                        .ifPresent(method -> {
                            throw Misuse.of(annotation, method, "@Phase on the same method", "none");
                        }));
    }

    private void checkKind(List<Method> phases, List<Method> templates) {
        if (phases.isEmpty() && templates.isEmpty()) {
            throw misuse("methods marked with @Phase, or one with @EveryMigration", "neither");
        }
        if (!phases.isEmpty() && !templates.isEmpty()) {
            throw misuse(
                    "either methods marked with @Phase, or one with @EveryMigration",
                    "both: " + Misuse.place(phases.get(0)) + " and " + Misuse.place(templates.get(0)));
        }
        if (templates.size() > 1) {
            throw misuse(
                    "one method marked with @EveryMigration",
                    templates.size() + ": " + Misuse.place(templates.get(0)) + " and "
                            + Misuse.place(templates.get(1)));
        }
    }

    /** JUnit passes over such methods with no more than a line in a log. */
    private static void checkRuns(Class<? extends Annotation> annotation, Method method) {
        int forbidden = Modifier.PRIVATE | Modifier.STATIC | Modifier.ABSTRACT;
        if (method.getReturnType() != void.class || (method.getModifiers() & forbidden) != 0) {
            throw Misuse.of(
                    annotation,
                    method,
                    "a void method that is not private, static or abstract",
                    Misuse.signature(method));
        }
    }

    private void checkNames(List<Method> phases) {
        Map<String, Method> named = new HashMap<>();
        for (Method phase : phases) {
            String name = name(phase);
            if (name.isBlank()) {
                throw Misuse.of(Phase.class, phase, "a name", Misuse.attribute("value", name));
            }
            Method other = named.put(name, phase);
            if (other != null) {
                throw Misuse.of(
                        Phase.class,
                        phase,
                        "a name of its own",
                        Misuse.attribute("value", name) + " as on " + Misuse.place(other));
            }
        }
    }

    private RuntimeException misuse(String expected, String found) {
        return Misuse.of(ZeroDowntimeMigration.class, testClass, expected, found);
    }

    private List<Method> methods(Class<? extends Annotation> annotation) {
        return AnnotationSupport.findAnnotatedMethods(testClass, annotation, HierarchyTraversalMode.TOP_DOWN);
    }

    private static <A extends Annotation> Optional<A> find(AnnotatedElement element, Class<A> annotation) {
        return AnnotationSupport.findAnnotation(element, annotation);
    }
}
