package dev.zdm.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Rehearses with a replica, on a class with {@link ZeroDowntimeMigration}: a hot standby of the embedded server.
 *
 * <p>It may not fall behind, and the change may not stop its readers. Operations marked with
 * {@link dev.zdm.workload.OnReplica} read there. See {@code docs/replica.md}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface WithReplica {
    /** The longest time in milliseconds that the replica may be behind its primary, at least 1. */
    long lagMillis() default 2000;

    /**
     * Settings of the standby as in {@code postgresql.conf}: {@code "max_standby_streaming_delay=5s"},
     * {@code "hot_standby_feedback=on"}; what they do not say is as on the primary.
     */
    String[] settings() default {};

    /**
     * Whether long queries run on the replica in production, a report for example: each change is carried out once more while
     * such a query reads there what the change locks, and is red if the replay ends it or keeps others waiting for it.
     */
    boolean longReader() default false;

    /** The longest time in milliseconds that a transaction which writes rows may take on a quiet copy, at least 1. */
    long transactionMillis() default 5000;

    /** How much of the write-ahead log, in megabytes, a transaction that writes rows may write, at least 1. */
    int transactionMegabytes() default 128;

    /** How much of it, in megabytes, a change may write in a second besides what was written before it, at least 1. */
    int megabytesPerSecond() default 128;
}
