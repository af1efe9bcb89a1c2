package dev.zdm.rehearsal;

import java.time.Instant;

/**
 * Turns {@link System#nanoTime()} into instants of the wall clock, as server logs use them.
 *
 * @param baseNanos the nanoTime of {@code base}
 * @param base an instant
 */
record WallClock(long baseNanos, Instant base) {
    static WallClock start() {
        return new WallClock(System.nanoTime(), Instant.now());
    }

    Instant at(long nanos) {
        return base.plusNanos(nanos - baseNanos);
    }

    Instant now() {
        return at(System.nanoTime());
    }
}
