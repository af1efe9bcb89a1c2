package dev.zdm.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BatchSizeTest {
    private static final Duration TARGET = Duration.ofMillis(100);

    private static int after(BatchSize size, long millis) {
        size.took(TimeUnit.MILLISECONDS.toNanos(millis));
        return size.next();
    }

    @Test
    void withoutATargetItStays() {
        assertThat(after(new BatchSize(500, null, 1_000_000), 1)).isEqualTo(500);
    }

    @Test
    void itFollowsTheTimeThatABatchTakes() {
        BatchSize size = new BatchSize(1000, TARGET, 1_000_000);

        assertThat(after(size, 80)).isEqualTo(1250);
        assertThat(after(size, 125)).isEqualTo(1000);
        assertThat(after(size, 100)).isEqualTo(1000);
    }

    @Test
    void itIsAtMostDoubledOrHalved() {
        BatchSize size = new BatchSize(1000, TARGET, 1_000_000);

        assertThat(after(size, 1)).isEqualTo(2000);
        assertThat(after(size, 100_000)).isEqualTo(1000);
    }

    @Test
    void itKeepsWithinItsBounds() {
        assertThat(after(new BatchSize(1000, TARGET, 1500), 1)).isEqualTo(1500);
        assertThat(after(new BatchSize(1000, TARGET, 30), 1)).isEqualTo(1000);
        assertThat(after(new BatchSize(1, TARGET, 30), 100_000)).isEqualTo(1);
    }

    @Test
    void whatDoesNotGetItsLocksIsHalvedAndComesBack() {
        BatchSize size = new BatchSize(3, null, 1_000_000);

        size.gaveWay();
        assertThat(size.next()).isEqualTo(1);
        size.gaveWay();
        assertThat(size.next()).isEqualTo(1);
        assertThat(after(size, 1)).isEqualTo(2);
        assertThat(after(size, 1)).isEqualTo(3);
        assertThat(after(size, 1)).isEqualTo(3);
    }
}
