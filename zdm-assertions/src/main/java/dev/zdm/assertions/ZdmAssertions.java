package dev.zdm.assertions;

import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import org.jspecify.annotations.Nullable;

/**
 * The way in: {@code import static dev.zdm.assertions.ZdmAssertions.assertThat}.
 *
 * <p>It goes beside AssertJ's own {@code assertThat}; both can be imported statically.
 *
 * @see ZdmSoftAssertions for more than one failure in a test
 */
public final class ZdmAssertions {
    private ZdmAssertions() {}

    /**
     * Begins assertions on what one phase showed.
     *
     * @param actual the result of the phase
     * @return the assertions
     */
    public static PhaseResultAssert assertThat(@Nullable PhaseResult actual) {
        return new PhaseResultAssert(actual);
    }

    /**
     * Begins assertions on what a rehearsal showed.
     *
     * @param actual the result of the rehearsal
     * @return the assertions
     */
    public static RehearsalResultAssert assertThat(@Nullable RehearsalResult actual) {
        return new RehearsalResultAssert(actual);
    }
}
