package dev.zdm.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Makes a method of a {@link ZeroDowntimeMigration} class one phase of the migration, and one test.
 *
 * <p>What the phase does say {@link Migrate}, {@link Traffic} and {@link Rollback}; at least one of the first two is
 * needed. The phase is rehearsed, then the method's body runs, then the verdict is enforced. The body may be empty; it
 * may take a {@link dev.zdm.verdict.PhaseResult}, which is this phase's, and a {@link dev.zdm.verdict.RehearsalResult},
 * which is that of the phases so far, and assert more than the verdict does.
 *
 * <p>Phases run in the order in which the source declares them, those of superclasses first. Running a single one in an
 * IDE rehearses the ones before it too.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(PhaseExtension.class)
public @interface Phase {
    /** The phase's name, which is also the test's; unique in the class. */
    String value();
}
