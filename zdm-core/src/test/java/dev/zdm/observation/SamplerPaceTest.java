package dev.zdm.observation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SamplerPaceTest {
    private static final long LONG_AFTER = 50 * SamplerPace.LINGER_NANOS;

    private final SamplerPace pace = new SamplerPace();

    @Test
    void it_looks_while_the_migration_is_at_work_and_rests_with_it() {
        assertThat(pace.isLookDue(false, false, 0)).isFalse();
        assertThat(pace.isLookDue(true, false, 1)).isTrue();
        assertThat(pace.isLookDue(true, false, 2)).isTrue();
        assertThat(pace.isLookDue(false, false, 3)).isFalse();
    }

    @Test
    void while_somebody_waits_it_goes_on_for_a_while() {
        assertThat(pace.isLookDue(true, false, 0)).isTrue();
        assertThat(pace.isLookDue(false, true, SamplerPace.LINGER_NANOS - 2)).isTrue();
        assertThat(pace.isLookDue(false, true, SamplerPace.LINGER_NANOS - 1)).isTrue();
        assertThat(pace.isLookDue(false, true, SamplerPace.LINGER_NANOS)).isFalse();
    }

    @Test
    void after_the_migrations_end_it_looks_once_however_late_the_machine_lets_it() {
        assertThat(pace.isLookDue(true, false, 0)).isTrue();
        assertThat(pace.isLookDue(false, true, LONG_AFTER)).isTrue();
        assertThat(pace.isLookDue(false, true, LONG_AFTER + 1)).isFalse();
    }
}
