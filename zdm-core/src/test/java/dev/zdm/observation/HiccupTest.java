package dev.zdm.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.Hiccup.Missing;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HiccupTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void the_same_time_counts_once() {
        assertThat(within(0, 1000, hiccup(0, 50), hiccup(20, 60), hiccup(30, 10)))
                .isEqualTo(Duration.ofMillis(80));
    }

    @Test
    void a_long_one_that_is_noted_after_a_short_one_counts_whole() {
        assertThat(within(0, 1000, hiccup(70, 5), hiccup(10, 66))).isEqualTo(Duration.ofMillis(66));
    }

    @Test
    void what_lies_between_two_does_not_count() {
        assertThat(within(0, 1000, hiccup(300, 7), hiccup(100, 5))).isEqualTo(Duration.ofMillis(12));
    }

    @Test
    void what_lies_outside_the_stretch_does_not_count() {
        assertThat(within(100, 200, hiccup(50, 60), hiccup(190, 60), hiccup(300, 10), hiccup(0, 100)))
                .isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void nothing_takes_nothing_away() {
        assertThat(within(0, 1000)).isZero();
    }

    private static Duration within(int from, int to, Hiccup... hiccups) {
        return Hiccup.within(Stream.of(hiccups), NOON.plusMillis(from), NOON.plusMillis(to));
    }

    private static Hiccup hiccup(int at, int millis) {
        return new Hiccup(Missing.PROCESSOR, NOON.plusMillis(at), Duration.ofMillis(millis));
    }
}
