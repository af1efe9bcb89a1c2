package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.rehearsal.Turns.Turn;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who watches the data and the change never stand in each other's way. */
class TurnsTest {
    private static final long AT_ONCE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    private final Turns turns = new Turns();

    @Test
    void aWatcherHasItsTurnWhileNoTransactionOfTheChangeIsOpen() throws InterruptedException {
        assertThat(turns.take(AT_ONCE)).isEqualTo(Turn.BETWEEN);
        turns.giveBack();
        turns.begins(1, false);
        assertThat(turns.take(2 * Turns.SETTLED_NANOS)).isNull();
        turns.ends(1);
        assertThat(turns.take(AT_ONCE)).isEqualTo(Turn.BETWEEN);
    }

    @Test
    void aWatcherReadsBesideAStatementOutsideOfATransactionThatHasGotItsLocks() throws InterruptedException {
        turns.begins(1, true);
        assertThat(turns.take(LONG)).isEqualTo(Turn.BESIDE);
        turns.giveBack();
        turns.begins(2, false);
        assertThat(turns.take(AT_ONCE)).isNull();
        turns.endAll();
        assertThat(turns.take(AT_ONCE)).isEqualTo(Turn.BETWEEN);
    }

    @Test
    void aTransactionBeginsWhenTheWatcherIsDone() throws InterruptedException {
        assertThat(turns.take(AT_ONCE)).isEqualTo(Turn.BETWEEN);
        CountDownLatch begun = new CountDownLatch(1);
        Thread change = new Thread(() -> {
            turns.begins(1, false);
            turns.begins(1, false); // The next statement of the same transaction waits for nobody.
            begun.countDown();
        });
        change.start();
        assertThat(begun.await(50, TimeUnit.MILLISECONDS)).isFalse();
        turns.giveBack();
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        change.join();
    }

    @Test
    void aChangeThatIsStoppedWaitsForNobody() throws InterruptedException {
        turns.take(AT_ONCE);
        Thread.currentThread().interrupt();
        turns.begins(1, false);

        assertThat(Thread.interrupted()).isTrue();
        turns.giveBack();
    }
}
