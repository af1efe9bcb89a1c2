package dev.zdm.observation;

import java.util.concurrent.TimeUnit;

/**
 * Says when the sampler may rest: not while the migration is at work, and not before it has seen the end of the waits that
 * it saw, or has looked for it long enough. However late the machine lets it, it looks once after the migration's end: a
 * wait that is over then ended by that time. For use by one thread.
 */
final class SamplerPace {
    /** So long it goes on after the migration's end while there are waits. */
    static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private long activeUntil;
    private boolean lookedSince = true;

    /**
     * Tells whether to look once more; the caller does so at once.
     *
     * @param active whether the migration is at work
     * @param hadWaits whether somebody waited at the last look
     * @param now a {@code System.nanoTime()}
     */
    boolean isLookDue(boolean active, boolean hadWaits, long now) {
        if (active) {
            activeUntil = now;
            lookedSince = false;
            return true;
        }
        boolean due = hadWaits && (!lookedSince || now - activeUntil < LINGER_NANOS);
        lookedSince = true;
        return due;
    }
}
