package dev.zdm.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says how a {@link Phase} shifts the load from the old version to the new one.
 *
 * <p>Without it a phase keeps the traffic that the phase before it left, all to the old version at first.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Traffic {
    /**
     * The old version's share in percent, from 0 to 100, step by step; the new version gets the rest. The first step
     * is the traffic before and during the change.
     */
    int[] value();
}
