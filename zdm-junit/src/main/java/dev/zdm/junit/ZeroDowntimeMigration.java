package dev.zdm.junit;

import dev.zdm.plan.Baseline;
import dev.zdm.plan.Demand;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Makes a test class the rehearsal of a migration: its phases are carried out on a real PostgreSQL while the old and
 * the new application version work on it, and each phase is one test.
 *
 * <p>A test is green only if nothing waited for the migration, nothing failed and no data drifted. It is red with a
 * {@link ZeroDowntimeViolation} if something did, and with an {@link InconclusiveRehearsal} if the run could not tell;
 * the phases after a red one are skipped. Methods marked with {@link Phase} are the phases, in the order in which the
 * source declares them; or one method marked with {@link EveryMigration} makes every pending migration a phase:
 *
 * <pre>{@code
 * @ZeroDowntimeMigration(from = "1", seed = "db/seed.sql", oldVersion = OldCustomers.class, newVersion = NewCustomers.class)
 * class SplitFullNameTest {
 *     @EveryMigration
 *     void isZeroDowntime() {}
 * }
 * }</pre>
 *
 * <p>All phases share one instance of the class, one database and one server. No two rehearsals of a test run run at
 * once, also where JUnit runs tests in parallel, unless the system property {@code zdm.parallel} of the tests' JVM says how
 * many may: then each of them has a server of its own. The annotation is inherited and may stand on other annotations.
 *
 * <p>These configuration parameters of JUnit go before what the class says: {@code zdm.rows},
 * {@code zdm.tolerance.lock-wait} ({@code 250ms}), {@code zdm.change-timeout} ({@code 5m}),
 * {@code zdm.invariant-timeout} ({@code 10s}) and {@code zdm.production-sizes} (a file). These have no attribute because they depend on the machine:
 * {@code zdm.rate} (operations per second), {@code zdm.workers} (sessions per version), {@code zdm.coverage} (how often
 * each operation must have run), {@code zdm.window.min} and {@code zdm.window.max} ({@code 800ms}, {@code 30s}),
 * {@code zdm.progress} ({@code auto}, {@code plain}, {@code terminal},
 * {@code off}) and {@code zdm.report.dir} (a directory or {@code off}; {@code target/zdm} or {@code build/zdm} if
 * not given). {@link OnPostgres} says which server it is, and has parameters of its own.
 *
 * <p>A mistake in the annotations or parameters fails the class once, before any server starts.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RehearsalExtension.class)
@TestMethodOrder(PhaseOrder.class)
@DisplayNameGeneration(PhaseNames.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(providers = RehearsalLanes.class)
public @interface ZeroDowntimeMigration {
    /**
     * The version, as Flyway spells it, up to which the database is migrated before the first phase: what the old
     * version works on. Empty: the database is what {@link #seed} and {@link #seedMethod} make of an empty one.
     */
    String from() default "";

    /** The last version, as Flyway spells it, that {@link EveryMigration} rehearses. Empty: the last there is. */
    String to() default "";

    /** Where Flyway finds the migrations. */
    String[] locations() default "classpath:db/migration";

    /**
     * The workload of the release that is deployed when the migration begins: a class whose constructor takes a
     * {@link javax.sql.DataSource} and whose methods marked with {@link dev.zdm.workload.Operation} are its work.
     */
    Class<?> oldVersion();

    /** The workload of the release that the migration is for. */
    Class<?> newVersion();

    /**
     * A SQL script on the class path that fills the database before the first phase; {@code :rows} in it stands for
     * {@link #rows}. Empty: none.
     */
    String seed() default "";

    /**
     * A method of the class that fills the database before the first phase, after {@link #seed}: {@code void
     * fill(DataSource)} or {@code void fill(DataSource, long rows)}, static or not. Empty: none.
     */
    String seedMethod() default "";

    /** How many rows the seed makes, and the highest key that operations draw; at least 1. */
    long rows() default Baseline.DEFAULT_ROWS;

    /**
     * How many rows with adversarial values each table gets after the seed, at least 0: NULL where it is allowed, empty and
     * longest texts, Unicode, quotes, extreme numbers and dates; 20 cover the values of most columns. Their keys are above
     * {@link #rows}. A migration may be right about its data and still fail on such rows; see {@code docs/data.md}.
     */
    int adversarialRows() default 0;

    /** The longest time in milliseconds that an operation may wait for the migration, at least 0. */
    long lockWaitMillis() default 100;

    /** The highest 99th percentile in milliseconds of an operation's latency after a change. 0: not judged. */
    long latencyMillis() default 0;

    /** Tables with at most this many rows may be scanned or rewritten under any lock; at least 0. */
    long tinyTableRows() default 1000;

    /** The longest time in seconds that a change may take before it is stopped and the phase is red; at least 1. */
    long changeTimeoutSeconds() default 300;

    /**
     * The longest time in seconds that the evaluation of an {@link Invariant} may take before it is stopped and the phase is
     * inconclusive; at least 1.
     */
    long invariantTimeoutSeconds() default 10;

    /**
     * A file with the sizes of production's tables, on the class path or in the file system: comma-separated values with the
     * header {@code schema,table,rows,pages}, as the query in {@code docs/production-size.md} exports them. What
     * {@link ProductionSize} says of a table goes before what the file says. Empty: none.
     */
    String productionSizes() default "";

    /**
     * What is asked for beyond what zero-downtime means; what is not demanded is advice in the report. Each demand costs
     * time: {@link Demand#PATIENT} one short rehearsal of each change for each kind of long transaction in its way.
     */
    Demand[] demands() default {};
}
