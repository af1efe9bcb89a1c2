package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a long transaction goes out of the way, with the clock in the test's hands. */
class ChanceTest {
    private long now;
    private boolean blocked;
    private int released;
    private int looks;

    private final Chance chance = new Chance(
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            backends -> {
                looks++;
                return blocked;
            },
            () -> released++,
            () -> now);

    private void tickAt(double seconds) throws SQLException {
        now = (long) (seconds * 1e9);
        chance.tick(Set.of(7));
    }

    @Test
    void itGoesASecondAfterTheChangeCameToWait() throws SQLException {
        tickAt(5);
        blocked = true;
        tickAt(6);
        blocked = false; // A change that gives way and tries again.
        tickAt(6.99);
        assertThat(chance.met()).isTrue();
        assertThat(released).isZero();

        tickAt(7);
        tickAt(8);
        assertThat(released).isOne();
    }

    @Test
    void itGoesInTheEndFromAChangeThatNeedNotWait() throws SQLException {
        tickAt(9.9);
        assertThat(released).isZero();

        tickAt(10);
        assertThat(released).isOne();
        assertThat(chance.met()).isFalse();
    }

    @Test
    void itLooksNotTooOften() throws SQLException {
        for (int i = 0; i < 100; i++) {
            tickAt(i / 1000.0);
        }

        assertThat(looks).isEqualTo(10);
    }
}
