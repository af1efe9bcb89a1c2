package dev.zdm.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which PostgreSQL a rehearsal runs on, on a class with {@link ZeroDowntimeMigration}; without it, that is an
 * embedded one of the version on the class path. It is inherited and may stand on other annotations.
 *
 * <p>These configuration parameters of JUnit go before what the class says, without touching the test:
 * {@code zdm.database} ({@code embedded}, {@code container}, {@code external}), {@code zdm.postgres.version} (of embedded servers),
 * {@code zdm.container.image}, {@code zdm.external.url}, {@code zdm.external.allow} (names with commas between them),
 * {@code zdm.external.inPlace}, {@code zdm.pooler.url} and {@code zdm.durability} ({@code on}, {@code off}). Rehearsals of a test run that make
 * equal choices share one server.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnPostgres {
    /** What kind of server it is. */
    Kind kind() default Kind.EMBEDDED;

    /** The major version of an embedded server, at least 14. 0: the one on the class path. */
    int version() default 0;

    /** The image of a container, such as {@code postgres:17}. Empty: PostgreSQL 18. */
    String image() default "";

    /**
     * The JDBC URL of an external server, {@code jdbc:postgresql://host:port/database}. The role and its password are those
     * of the environment variables {@code ZDM_USER} and {@code ZDM_PASSWORD}.
     */
    String url() default "";

    /**
     * The databases of an external server that may have tables or clients. Without them a server is refused that looks like
     * production; see {@code docs/databases.md}.
     */
    String[] allow() default {};

    /**
     * The JDBC URL of a transaction-pooling proxy before an external server: under load the application's sessions go through
     * it, with the options of this URL, {@code ?prepareThreshold=0} for example. Empty: there is none.
     */
    String pooler() default "";

    /**
     * Whether zdm works in the database of the external server's URL itself, which is empty and owned by the role, and which it
     * empties in the end: for a role that may not create databases; see {@code docs/databases.md}.
     */
    boolean inPlace() default false;

    /** Settings of a server of zdm's own as in {@code postgresql.conf}: {@code "work_mem=64MB"}. */
    String[] settings() default {};

    /** The kinds of servers. */
    enum Kind {
        /** A server of zdm's own, without Docker. */
        EMBEDDED,
        /** A server of zdm's own in a container; Testcontainers must be on the class path. */
        CONTAINER,
        /** A server that is there already. */
        EXTERNAL
    }
}
