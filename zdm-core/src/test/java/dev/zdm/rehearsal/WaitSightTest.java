package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The log and the sampler stand in for each other; what both missed is a doubt. */
class WaitSightTest {
    private static final Duration SHORT = Duration.ofMillis(3);
    private static final List<String> CUT = List.of("the log was cut");

    @Test
    void there_is_nothing_to_say_where_the_log_tells_all() {
        WaitSight sight = WaitSight.of(List.of(), Optional.empty(), Duration.ofSeconds(1), Optional.empty());

        assertThat(sight).isEqualTo(new WaitSight(List.of(), List.of()));
    }

    @Test
    void the_sampler_stands_in_for_the_log() {
        WaitSight sight = WaitSight.of(CUT, Optional.empty(), SHORT, Optional.empty());

        assertThat(sight.blindSpots()).isEmpty();
        assertThat(sight.notes())
                .containsExactly("the log was cut; lock waits were seen by looking at the lock table while the change"
                        + " was at work, at most 3 ms apart: shorter ones, and ordinary contention before and after"
                        + " the change, may be missing");
    }

    @Test
    void a_gap_in_which_too_long_a_wait_may_have_been_is_a_doubt() {
        WaitSight sight =
                WaitSight.of(CUT, Optional.empty(), Duration.ofMillis(900), Optional.of(Duration.ofMillis(101)));

        assertThat(sight.blindSpots())
                .containsExactly("the log was cut; and the lock table was not looked at for 101 ms while the change"
                        + " was at work and an operation took longer than a wait may last");
    }

    @Test
    void a_gap_in_which_no_operation_took_long_is_none() {
        WaitSight sight = WaitSight.of(CUT, Optional.empty(), Duration.ofMillis(900), Optional.empty());

        assertThat(sight.blindSpots()).isEmpty();
        assertThat(sight.notes()).singleElement().asString().contains("at most 900 ms apart");
    }

    @Test
    void without_log_and_sampler_nobody_saw_anything() {
        WaitSight sight = WaitSight.of(CUT, Optional.of("gone"), SHORT, Optional.empty());

        assertThat(sight.blindSpots()).containsExactly("the log was cut; the lock table could not be watched: gone");
    }

    @Test
    void without_the_sampler_the_log_misses_the_shortest_waits() {
        WaitSight sight = WaitSight.of(List.of(), Optional.of("gone"), SHORT, Optional.empty());

        assertThat(sight.blindSpots()).isEmpty();
        assertThat(sight.notes())
                .containsExactly("the lock table could not be watched: gone; waits shorter than 2 ms may be missing");
    }
}
