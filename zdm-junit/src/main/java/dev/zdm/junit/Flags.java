package dev.zdm.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says how a {@link Phase} turns the feature flags that workloads see as {@link dev.zdm.workload.Flags}.
 *
 * <p>Without it a phase keeps the flags that the phase before it left. Beside {@link Traffic}, the traffic takes its steps
 * first, with the first step's flags. At each step the roll-out goes back to the one before, and forward again.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Flags {
    /**
     * What each step changes, such as {@code "write=both, read=old"}; a flag alone is {@code true}. The first step is in
     * force before and during the change.
     */
    String[] value();
}
