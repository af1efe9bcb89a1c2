package dev.zdm.workload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A schedule knows how busy the workers are with it. */
class ScheduleTest {
    private static final double RATE = 10;

    private final WorkTime all = new WorkTime();
    private final Schedule schedule = new Schedule(1000, RATE, all);

    @Test
    void theTimeOfWhatHasEndedCounts() {
        schedule.workBegins(1000);
        schedule.workEnds(1030);
        schedule.workBegins(1050);
        schedule.workEnds(1070);

        assertThat(schedule.busyShare(1100, 1)).isEqualTo(0.5);
        assertThat(schedule.busyShare(1100, 2)).isEqualTo(0.25);
    }

    @Test
    void whatIsUnderWayCountsAsFarAsItHasCome() {
        schedule.workBegins(1000);
        schedule.workBegins(1060);

        assertThat(schedule.busyShare(1100, 2)).isEqualTo(0.7);
    }

    @Test
    void workersThatDoNothingElseAreWhollyBusy() {
        schedule.workBegins(1000);
        schedule.workEnds(1090);
        schedule.workBegins(1090);

        assertThat(schedule.busyShare(1100, 1)).isEqualTo(1);
    }

    @Test
    void theRestOfWhatBeganEarlierIsNeitherWorkNorIdleness() {
        schedule.workBegins(1800);
        Schedule next = new Schedule(2000, RATE, all);
        schedule.workEnds(2020);
        next.workBegins(2020);
        next.workEnds(2060);

        assertThat(next.busyShare(2100, 1)).isEqualTo(0.5);
    }

    @Test
    void workersThatAreStillAtWhatBeganEarlierAreWhollyBusy() {
        schedule.workBegins(1800);
        Schedule next = new Schedule(2000, RATE, all);

        assertThat(next.busyShare(2100, 1)).isEqualTo(1);
    }

    @Test
    void nobodyIsBusyAtTheBeginning() {
        schedule.workBegins(1000);

        assertThat(schedule.busyShare(1000, 1)).isZero();
    }
}
