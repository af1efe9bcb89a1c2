package dev.zdm.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says how the change of a {@link Phase} is undone: exactly one of {@code value} and {@code sql}. */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Rollback {
    /** A SQL script on the class path, or a file where no such resource exists. */
    String value() default "";

    /** SQL statements. */
    String[] sql() default {};

    /** Whether the statements run in one transaction, or each on its own. */
    boolean transactional() default true;
}
