package dev.zdm.junit;

import dev.zdm.plan.Phase;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * A test and the phase that it is.
 *
 * @param rehearsal the rehearsal of the test's class
 * @param phase which of its phases, from 0 on
 */
record PhaseTest(ClassRehearsal rehearsal, int phase) {
    /** Remembers which phase an invocation of a method marked with {@link EveryMigration} is. */
    static void remember(ExtensionContext invocation, int phase) {
        invocation.getStore(RehearsalExtension.NAMESPACE).put(PhaseTest.class, phase);
    }

    /** Returns the phase that a test is; empty if the context's element is not one. */
    static Optional<PhaseTest> find(ExtensionContext context) {
        return RehearsalExtension.rehearsal(context)
                .flatMap(rehearsal -> index(rehearsal, context).map(index -> new PhaseTest(rehearsal, index)));
    }

    /** Returns the phase that a test is, and fails if its class is not a rehearsal. */
    static PhaseTest of(ExtensionContext context) {
        return find(context).orElseThrow(() -> noRehearsal(context));
    }

    /** Rehearses the phase, unless that was done before. */
    PhaseResult run() {
        return rehearsal.run(phase);
    }

    /** Returns the result of the phases so far. */
    RehearsalResult resultSoFar() {
        return rehearsal.result().orElseThrow();
    }

    /** Returns why the phase must not be rehearsed. */
    Optional<String> skipReason() {
        return rehearsal.skipReason(phase);
    }

    /** Remembers that the test failed. */
    void markRed(Throwable failure) {
        rehearsal.markRed(phase, failure);
    }

    private static Optional<Integer> index(ClassRehearsal rehearsal, ExtensionContext context) {
        Integer remembered = context.getStore(RehearsalExtension.NAMESPACE).get(PhaseTest.class, Integer.class);
        List<String> names = rehearsal.plan().phases().stream().map(Phase::name).toList();
        return Optional.ofNullable(remembered)
                .or(() -> AnnotationSupport.findAnnotation(context.getTestMethod(), dev.zdm.junit.Phase.class)
                        .map(annotation -> names.indexOf(annotation.value())));
    }

    /** Words that the class of a phase is not a rehearsal. */
    static RuntimeException noRehearsal(ExtensionContext context) {
        Method method = context.getRequiredTestMethod();
        return Misuse.of(
                AnnotationSupport.isAnnotated(method, EveryMigration.class)
                        ? EveryMigration.class
                        : dev.zdm.junit.Phase.class,
                method,
                "@ZeroDowntimeMigration on " + Misuse.place(context.getRequiredTestClass()),
                "none");
    }
}
