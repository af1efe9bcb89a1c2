package dev.zdm.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.plan.LockRetry;
import dev.zdm.plan.PlanException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Bounded tries and their pauses, with time and chance in the test's hands. */
class LockTriesTest {
    private static final LockRetry RETRY =
            new LockRetry(Duration.ofMillis(50), 5, Duration.ofMillis(100), Duration.ofMillis(500));
    private static final RandomGenerator LARGEST = () -> -1L;
    private static final RandomGenerator SMALLEST = () -> 0L;

    private final List<Duration> pauses = new ArrayList<>();
    private long now;

    private LockTries tries(RandomGenerator random, String holders) {
        return new LockTries(RETRY, () -> holders, this::pause, random, () -> now);
    }

    private void pause(Duration time) {
        pauses.add(time);
        now += time.toNanos();
    }

    @Test
    void pausesDoubleUpToTheLongest() {
        assertThatThrownBy(() -> tries(SMALLEST, "").call(LockTriesTest::locked))
                .isInstanceOf(GaveUpException.class);

        assertThat(pauses)
                .containsExactly(
                        Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(250));
    }

    @Test
    void chanceMakesPausesLongerUpToTheirDouble() {
        for (int failed = 1; failed <= 100; failed++) {
            Duration shortest = RETRY.pause(failed, SMALLEST);
            assertThat(RETRY.pause(failed, LARGEST)).isBetween(shortest, shortest.multipliedBy(2));
            assertThat(RETRY.pause(failed, LARGEST)).isLessThanOrEqualTo(RETRY.longestPause());
        }
    }

    @Test
    void whatSucceedsIsNotTriedAgain() throws Exception {
        AtomicInteger calls = new AtomicInteger();

        int result = tries(SMALLEST, "").call(() -> calls.incrementAndGet() < 3 ? locked() : 7);

        assertThat(result).isEqualTo(7);
        assertThat(calls).hasValue(3);
    }

    @Test
    void givingUpSaysHowOftenHowLongAndWhoHeldTheLock() {
        assertThatThrownBy(() -> tries(SMALLEST, "'nightly' (pid 7)").call(this::lockedForASecond))
                .hasMessage("gave up after 5 tries with a lock_timeout of 50 ms, in 5.6 s; the lock was held by "
                        + "'nightly' (pid 7)")
                .hasCauseInstanceOf(SQLException.class);
        assertThatThrownBy(() -> tries(SMALLEST, "").call(LockTriesTest::locked))
                .hasMessageEndingWith("; who held the lock was not seen");
    }

    @Test
    void anyOtherFailureEndsItAtOnce() {
        assertThatThrownBy(() -> tries(SMALLEST, "").call(() -> {
                    throw new SQLException("duplicate", "23505");
                }))
                .hasMessage("duplicate");
        assertThat(pauses).isEmpty();
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> RETRY.withLockTimeout(Duration.ofNanos(10)))
                .isInstanceOf(PlanException.class)
                .hasMessage("the lock_timeout of a change that tries again must be at least 1 ms, found PT0.00000001S");
        assertThatThrownBy(() -> RETRY.withTries(0)).hasMessage("a change needs at least 1 try, found 0");
        assertThatThrownBy(() -> RETRY.withPauses(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage(
                        "the pauses between tries must not be negative, and the longest not shorter than the first, "
                                + "found PT2S and PT1S");
    }

    private int lockedForASecond() throws SQLException {
        now += TimeUnit.SECONDS.toNanos(1);
        return locked();
    }

    private static int locked() throws SQLException {
        throw new SQLException("locked", "55P03");
    }
}
