package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long the end of a log is waited for, by a clock that goes on a second at every look. */
class LogReaderTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicInteger looks = new AtomicInteger();

    private long nanoTime() {
        return nanos.getAndAdd(TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void aLogThatDoesNotGoOnIsGivenUpAfterTwentySeconds() throws InterruptedException {
        assertThat(LogReader.awaitEnd(() -> looks.incrementAndGet() < 0, this::nanoTime))
                .isFalse();
        assertThat(looks).hasValue(21);
    }

    @Test
    void anEndThatComesLateIsEnough() throws InterruptedException {
        assertThat(LogReader.awaitEnd(() -> looks.incrementAndGet() == 20, this::nanoTime))
                .isTrue();
    }
}
