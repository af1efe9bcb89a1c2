package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private final Heartbeats beats = new Heartbeats();

    @Test
    void isNotBehindWhenEveryBeatIsSeen() {
        beats.committed(1, 1000);
        beats.committed(2, 2000);

        assertThat(beats.behind(2, 90_000)).isZero();
    }

    @Test
    void isBehindSinceTheFirstBeatThatIsNotSeen() {
        beats.committed(1, 1000);
        beats.committed(2, 2000);
        beats.committed(3, 3000);

        assertThat(beats.behind(1, 3500)).isEqualTo(1500);
        assertThat(beats.behind(2, 3600)).isEqualTo(600);
        assertThat(beats.behind(3, 3700)).isZero();
    }

    @Test
    void isBehindSinceTheFirstBeatWhereNoneIsSeen() {
        beats.committed(1, 1000);
        beats.committed(2, 2000);

        assertThat(beats.behind(0, 2500)).isEqualTo(1500);
    }

    @Test
    void countsNoTimeBeforeACommit() {
        beats.committed(1, 1000);

        assertThat(beats.behind(0, 900)).isZero();
    }
}
