package dev.zdm.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which released artefact the old version is, on a class with {@link ZeroDowntimeMigration}: its workload then works
 * with the classes of that release, in a class loader of its own, and not with today's.
 *
 * <p>One of {@link #path}, {@link #maven} and {@link #gitRevision} says where the release is. The workload class may be
 * the same one as the new version's. See {@code docs/releases.md}.
 *
 * <pre>{@code
 * @OldRelease(maven = "com.example:customers:1.4.2")
 * @ZeroDowntimeMigration(from = "1", oldVersion = Customers.class, newVersion = Customers.class)
 * }</pre>
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface OldRelease {
    /**
     * Jars and class folders, its own and its dependencies'; relative paths begin in the working directory, and {@code /*}
     * at the end of a path stands for the jars of a folder.
     */
    String[] path() default {};

    /**
     * Maven coordinates, {@code group:artifact:version}, resolved with the runtime dependencies from the user's own
     * settings and local repository; needs {@code eu.maveniverse.maven.mima:context} and
     * {@code eu.maveniverse.maven.mima.runtime:standalone-static}.
     */
    String maven() default "";

    /** A tag, a branch or a commit of the git repository of the working directory, built by {@link #build}. */
    String gitRevision() default "";

    /** A command line for the shell that builds the release, run at the root of a copy at {@link #gitRevision}. */
    String build() default "";

    /** What the build makes: jars and class folders below the root of the copy, as for {@link #path}. */
    String[] output() default {};

    /** The longest time in seconds that the build may take, at least 1. */
    long buildSeconds() default 600;
}
