package dev.zdm.rehearsal;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Lets a session in the way of a change go when the change has had its chance. For use by one thread. */
final class Chance {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long NEVER = Long.MAX_VALUE;

    private final long chanceNanos;
    private final long latestNanos;
    private final Look look;
    private final Runnable release;
    private final LongSupplier nanoTime;
    private final long began;
    private long lookAgain;
    private long metAt = NEVER;
    private boolean released;

    /** Whether one of these backends waits for the session in the way now. */
    @FunctionalInterface
    interface Look {
        boolean isBlocked(Set<Integer> backends) throws SQLException;
    }

    /**
     * Begins the change's time.
     *
     * @param chance how long the session stays from the moment on at which the change comes to wait for it
     * @param latest how long it stays for a change that does not
     * @param release lets it go
     */
    Chance(Duration chance, Duration latest, Look look, Runnable release, LongSupplier nanoTime) {
        this.chanceNanos = chance.toNanos();
        this.latestNanos = latest.toNanos();
        this.look = look;
        this.release = release;
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
        this.lookAgain = began;
    }

    /** Looks whether it is time. */
    void tick(Set<Integer> backends) throws SQLException {
        long now = nanoTime.getAsLong();
        if (released || now < lookAgain) {
            return;
        }
        lookAgain = now + LOOK_NANOS;
        if (metAt == NEVER && look.isBlocked(backends)) {
            metAt = now;
        }
        boolean hadItsChance = metAt != NEVER && now - metAt >= chanceNanos;
        if (hadItsChance || (metAt == NEVER && now - began >= latestNanos)) {
            released = true;
            release.run();
        }
    }

    /** Returns whether the change came to wait for the session. */
    boolean met() {
        return metAt != NEVER;
    }
}
