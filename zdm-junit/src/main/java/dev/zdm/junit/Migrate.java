package dev.zdm.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says what a {@link Phase} does to the database: exactly one of {@code to}, {@code script}, {@code sql}, {@code method}. */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Migrate {
    /** The version, as Flyway spells it, to migrate to; needs {@link ZeroDowntimeMigration#from}. */
    String to() default "";

    /** A SQL script on the class path, or a file where no such resource exists. */
    String script() default "";

    /** SQL statements. */
    String[] sql() default {};

    /**
     * A method of the class, static or not: either it returns the {@link dev.zdm.plan.Change}, a
     * {@link dev.zdm.plan.Backfill} for example, or it takes a {@link javax.sql.DataSource} and does the work itself.
     */
    String method() default "";

    /**
     * Whether the statements of {@link #script} or {@link #sql} run in one transaction, or each on its own as
     * {@code CREATE INDEX CONCURRENTLY} needs it.
     */
    boolean transactional() default true;

    /**
     * The {@code lock_timeout} in milliseconds with which the change is carried out; what does not get its lock in that
     * time is tried again, see {@link dev.zdm.plan.Change.Retrying}. Less than the application may wait. 0: none, unless
     * the change sets one itself.
     */
    long lockTimeoutMillis() default 0;

    /** How often it asks for the same lock, beside {@link #lockTimeoutMillis}. 0: 30 times, in about two minutes. */
    int tries() default 0;

    /**
     * What its statements may write to of the data that are there, as SQL spells it: tables ({@code customer}), whose rows
     * may come, go and change, and columns ({@code customer.name}), whose values may change. Touching more is red. Empty:
     * nothing is said, and what they write is told in the report.
     */
    String[] touches() default {};

    /**
     * Whether it is a backfill, and breaking one of the rules of backfills is red (see docs/backfill.md). A
     * {@link dev.zdm.plan.Backfill} is one in any case.
     */
    boolean backfill() default false;
}
