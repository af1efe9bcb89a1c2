package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.plan.PlanException;
import org.junit.platform.commons.support.ReflectionSupport;

/** Asserts the words for mistakes in annotations. */
final class Mistakes {
    private Mistakes() {}

    static void assertMistake(Class<?> testClass, String message) {
        Object instance = ReflectionSupport.newInstance(testClass);
        assertThatThrownBy(() -> new PlanReader(testClass, instance, Fakes.SETTINGS).read("name"))
                .isInstanceOf(PlanException.class)
                .hasMessage(message);
    }
}
