package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlowRunsTest {
    private final SlowRuns runs = new SlowRuns(Duration.ofNanos(100));

    @Test
    void aRunThatTookLongMayHaveWaitedWhileItRan() {
        runs.ended(1000, 1101);

        assertThat(runs.mayHaveWaited(1050, 1200)).isTrue();
        assertThat(runs.mayHaveWaited(900, 1001)).isTrue();
        assertThat(runs.mayHaveWaited(1101, 1300)).isFalse();
        assertThat(runs.mayHaveWaited(800, 1000)).isFalse();
    }

    @Test
    void aRunThatTookNoLongerThanAllowedDidNot() {
        runs.ended(1000, 1100);

        assertThat(runs.mayHaveWaited(900, 1200)).isFalse();
    }

    @Test
    void tooLongAWaitHasNoRoomInAShorterTime() {
        runs.ended(1000, 9000);

        assertThat(runs.mayHaveWaited(2000, 2100)).isFalse();
        assertThat(runs.mayHaveWaited(2000, 2101)).isTrue();
    }

    @Test
    void ofSessionsWithoutAnOperationNobodyKnows() {
        runs.withoutOperation();

        assertThat(runs.mayHaveWaited(0, 101)).isTrue();
    }
}
