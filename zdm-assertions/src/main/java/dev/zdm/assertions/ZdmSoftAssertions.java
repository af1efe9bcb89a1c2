package dev.zdm.assertions;

import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractSoftAssertions;
import org.assertj.core.api.SoftAssertionsProvider;
import org.assertj.core.api.StandardSoftAssertionsProvider;
import org.jspecify.annotations.Nullable;

/**
 * Assertions that report every failure, not just the first; AssertJ's own are there too.
 *
 * <pre>{@code
 * ZdmSoftAssertions.assertSoftly(softly -> {
 *     softly.assertThat(phase).hasNoErrors();
 *     softly.assertThat(phase).hasNoLockWaitLongerThan(ofMillis(20));
 * });
 * }</pre>
 */
public class ZdmSoftAssertions extends AbstractSoftAssertions implements StandardSoftAssertionsProvider {
    /** Begins without a failure; {@link #assertAll()} ends it. */
    public ZdmSoftAssertions() {}

    /**
     * Runs assertions, then fails with everything that did not hold.
     *
     * @param softly the assertions
     */
    public static void assertSoftly(Consumer<ZdmSoftAssertions> softly) {
        SoftAssertionsProvider.assertSoftly(ZdmSoftAssertions.class, softly);
    }

    /**
     * Begins assertions on what one phase showed.
     *
     * @param actual the result of the phase
     * @return the assertions
     */
    public PhaseResultAssert assertThat(@Nullable PhaseResult actual) {
        return proxy(PhaseResultAssert.class, PhaseResult.class, actual);
    }

    /**
     * Begins assertions on what a rehearsal showed.
     *
     * @param actual the result of the rehearsal
     * @return the assertions
     */
    public RehearsalResultAssert assertThat(@Nullable RehearsalResult actual) {
        return proxy(RehearsalResultAssert.class, RehearsalResult.class, actual).with(this::assertThat);
    }
}
