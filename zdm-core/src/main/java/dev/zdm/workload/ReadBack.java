package dev.zdm.workload;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method of a workload class that reads one fact of one key as the application sees it.
 *
 * <p>The method takes one {@code long}, the key, and returns the value; an empty {@link java.util.Optional} counts as null,
 * and so does a row that is not there. It is called by several threads at once. Where both versions have a fact of the
 * same name, both must return the same type, and what one of them wrote the other must read.
 *
 * <p>A method that takes a {@code Collection<Long>} and returns a {@code Map<Long, T>} reads the same fact of many keys at
 * once; a key that is missing in the map counts as null. It stands beside the one for a single key, has its name
 * ({@code @ReadBack("nameOf")}), and makes the comparison of all keys quick.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface ReadBack {
    /** The name of the fact; empty: the method's name. */
    String value() default "";

    /**
     * The column that the value is kept in, as {@code table.column} or {@code schema.table.column} by the rules of SQL;
     * empty: none is known.
     *
     * <p>With it {@link Ledger#newValue} and {@link Ledger#newNumber} give values that this column takes and careless SQL
     * gets wrong, to both versions. The old version's column decides, or else, from its first traffic on, the new
     * version's; it must be there then.
     */
    String column() default "";

    /** Whether the value is a number to which several workers add at the same time, and which must add up in the end. */
    boolean total() default false;
}
