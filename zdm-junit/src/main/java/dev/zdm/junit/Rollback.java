package dev.zdm.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says how the change of a {@link Phase} is undone: exactly one of {@code value}, {@code sql} and {@code method}.
 *
 * <p>The rollback is rehearsed: it must leave the catalogue and the data as they were before the change, keep what the new
 * version has written, and stop nobody; then the change is carried out again.
 *
 * <p>A phase that migrates with Flyway needs none where undo scripts ({@code U2__….sql}) stand beside the migrations.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Rollback {
    /** A SQL script on the class path, or a file where no such resource exists. */
    String value() default "";

    /** SQL statements. */
    String[] sql() default {};

    /**
     * A method of the class, static or not: either it returns the {@link dev.zdm.plan.Change}, a rollback of Liquibase for
     * example, or it takes a {@link javax.sql.DataSource} and does the work itself.
     */
    String method() default "";

    /** Whether the statements of {@link #value} or {@link #sql} run in one transaction, or each on its own. */
    boolean transactional() default true;

    /**
     * What the rollback may give up of what the new version has written, or of what was there before, as SQL spells it:
     * tables ({@code audit}), whose rows may go, and columns ({@code product.discount}), whose values may. Without any of
     * the other attributes it is about Flyway's undo scripts.
     */
    String[] loses() default {};

    /**
     * The {@code lock_timeout} in milliseconds with which the rollback is carried out, as {@link Migrate#lockTimeoutMillis}
     * is for the change. 0: none, unless it sets one itself.
     */
    long lockTimeoutMillis() default 0;

    /** How often it asks for the same lock, beside {@link #lockTimeoutMillis}. 0: 30 times, in about two minutes. */
    int tries() default 0;
}
