package dev.zdm.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Makes every pending Flyway migration a phase of its own, followed by the roll-out of the new version.
 *
 * <p>It stands on one method of a {@link ZeroDowntimeMigration} class that has no {@link Phase}; the method runs once
 * per phase, under the phase's name, and may take the same parameters.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith({EveryMigrationExtension.class, PhaseExtension.class})
public @interface EveryMigration {
    /**
     * The {@code lock_timeout} in milliseconds with which each migration is carried out, as with
     * {@link Migrate#lockTimeoutMillis}. 0: none, unless a migration sets one itself.
     */
    long lockTimeoutMillis() default 0;

    /** How often a migration asks for the same lock, as with {@link Migrate#tries}. 0: 30 times, in about two minutes. */
    int tries() default 0;
}
