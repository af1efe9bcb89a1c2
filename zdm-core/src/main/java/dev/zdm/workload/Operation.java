package dev.zdm.workload;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method of a workload class as an operation: one unit of the application's work, usually one transaction.
 *
 * <p>The method may take {@link Keys} and {@link Ledger}, in any order. It is called by several threads at once.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Operation {
    /** How often the operation runs in proportion to the version's other operations, at least 1. */
    int weight() default 1;
}
