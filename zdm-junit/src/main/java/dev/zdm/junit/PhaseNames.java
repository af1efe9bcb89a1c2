package dev.zdm.junit;

import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.platform.commons.support.AnnotationSupport;

/** Names a phase's test as the phase is named. */
final class PhaseNames extends DisplayNameGenerator.Standard {
    @Override
    public String generateDisplayNameForMethod(
            List<Class<?>> enclosingInstanceTypes, Class<?> testClass, Method testMethod) {
        if (AnnotationSupport.isAnnotated(testMethod, EveryMigration.class)) {
            return "every migration";
        }
        // JUnit rejects an empty name while it looks for tests; the plan's reader has better words for it.
        return AnnotationSupport.findAnnotation(testMethod, Phase.class)
                .map(Phase::value)
                .filter(name -> !name.isBlank())
                .orElseGet(() -> super.generateDisplayNameForMethod(enclosingInstanceTypes, testClass, testMethod));
    }
}
