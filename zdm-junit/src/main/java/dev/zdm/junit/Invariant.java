package dev.zdm.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a {@code String} field of a {@link ZeroDowntimeMigration} class a query that must return no row.
 *
 * <p>The field may be static or not; it is read before any method marked with
 * {@link org.junit.jupiter.api.BeforeAll} runs. Its name is the invariant's.
 */
@Documented
@Target({ElementType.FIELD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Invariant {
    /** The phase from whose change on it holds. Empty: from the beginning. */
    String from() default "";

    /** The last phase in which it holds. Empty: to the end. */
    String until() default "";

    /** Whether it holds in every snapshot, also while the load runs, or only once the load is drained. */
    boolean underLoad() default true;
}
