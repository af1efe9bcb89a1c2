package dev.zdm.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says how large a table is in production, on a class with {@link ZeroDowntimeMigration}.
 *
 * <p>The time for which a change locks such a table is measured at growing sizes, foretold for production and judged there.
 * Without it, whatever grows with a table under a lock that stops the application is red, unless the table is tiny.
 *
 * @see ZeroDowntimeMigration#productionSizes() for all tables at once
 */
@Documented
@Inherited
@Repeatable(ProductionSizes.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface ProductionSize {
    /**
     * The table as SQL spells it: {@code customer}, {@code sales.customer}, {@code "\"Customer\""}. A partitioned table
     * stands for all of its partitions.
     */
    String table();

    /** How many rows it has in production, at least 1 and at least as many as in the rehearsal. */
    long rows();
}
