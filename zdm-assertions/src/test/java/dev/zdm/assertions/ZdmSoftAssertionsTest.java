package dev.zdm.assertions;

import static dev.zdm.assertions.PhaseFixture.phase;
import static dev.zdm.assertions.PhaseFixture.rehearsal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.PhaseResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ZdmSoftAssertionsTest {
    private static final PhaseResult BAD =
            phase("expand").waitedForMigration(64).operationFailed().judged();

    @Test
    void reports_every_failure_of_one_chain() {
        ZdmSoftAssertions softly = new ZdmSoftAssertions();
        softly.assertThat(BAD)
                .hasNoErrors()
                .hasFinding(Hazard.OLD_APP_ERROR)
                .hasNoLockWaitLongerThan(Duration.ofMillis(20));
        assertThat(softly.errorsCollected())
                .extracting(Throwable::getMessage)
                .satisfiesExactly(
                        errors -> assertThat(errors).contains("1. error · operation 'find' (old version)"),
                        waits -> assertThat(waits).contains("1. lock wait · operation 'find' (old version)"));
    }

    @Test
    void reports_failures_of_a_rehearsal_and_of_its_phases() {
        ZdmSoftAssertions softly = new ZdmSoftAssertions();
        softly.assertThat(rehearsal(BAD)).isInconclusive().hasRehearsedPhases("contract");
        softly.assertThat(rehearsal(BAD)).phase("expand").hasNoErrors().hasNoDrift();
        assertThat(softly.errorsCollected()).hasSize(4);
    }

    @Test
    void takes_assertjs_own_assertions_too() {
        String message = Failure.of(() -> ZdmSoftAssertions.assertSoftly(softly -> {
            softly.assertThat(BAD).isZeroDowntime();
            softly.assertThat(1).isEqualTo(2);
        }));
        assertThat(message).contains("Phase 'expand' is NOT zero-downtime: 1 finding", "expected: 2");
    }

    @Test
    void passes_where_everything_holds() {
        ZdmSoftAssertions.assertSoftly(
                softly -> softly.assertThat(phase("expand").judged()).isZeroDowntime());
    }
}
