package dev.zdm.workload;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an {@link Operation} that the application runs on a replica.
 *
 * <p>While it runs, the {@link javax.sql.DataSource} that the workload was made with opens sessions of the replica on the
 * thread that runs it. They can only read, and read what the replica has replayed. What PostgreSQL cancels there because
 * the replay of a change is in its way (SQLSTATE {@code 40001}, "conflict with recovery") counts as a failure of the
 * operation. The plan must have a replica.
 *
 * @see <a href="https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-CONFLICT">Handling Query
 *     Conflicts</a>
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnReplica {}
