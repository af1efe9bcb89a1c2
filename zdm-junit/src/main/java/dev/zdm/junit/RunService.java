package dev.zdm.junit;

import dev.zdm.plan.VersionRole;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that a version runs on its own behind HTTP, as a process or in a container, on a class with
 * {@link ZeroDowntimeMigration}: zdm starts it on each database that it needs it on. The constructor of its workload class
 * takes a {@link dev.zdm.workload.HttpApi} instead of a {@link javax.sql.DataSource}. See {@code docs/services.md}.
 *
 * <p>In the command and the environment, names in braces stand for what they are in this run: {@code {http.port}},
 * {@code {db.url}}, {@code {db.host}}, {@code {db.port}}, {@code {db.name}}, {@code {db.user}}, {@code {db.password}},
 * for a process {@code {java.home}} and {@code {java.classpath}}, too.
 *
 * <pre>{@code
 * @RunService(
 *         version = VersionRole.OLD,
 *         command = {"java", "-jar", "old.jar"},
 *         environment = {"JDBC_URL={db.url}", "PORT={http.port}"})
 * }</pre>
 */
@Documented
@Inherited
@Repeatable(RunServices.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface RunService {
    /** Which version it is. */
    VersionRole version();

    /** The program and its arguments; with {@link #image}, what the image is asked to run. */
    String[] command() default {};

    /** The image that Docker runs, such as {@code customers:1.4.2}; empty: the version is a process of this machine. */
    String image() default "";

    /** The port that the image listens on, 1 to 65535. */
    int port() default 8080;

    /** Environment variables besides those of the tests, or of the image, each as {@code NAME=value}. */
    String[] environment() default {};

    /** Where a process runs; relative to the working directory. Empty: there. */
    String directory() default "";

    /** The path that answers with a status of 200 to 299 once the service is ready. */
    String health() default "/health";

    /** The longest time in seconds until it is ready, at least 1. */
    long startSeconds() default 60;
}
