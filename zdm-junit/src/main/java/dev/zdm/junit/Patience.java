package dev.zdm.junit;

import dev.zdm.plan.LockRetry;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Optional;

/** Reads {@code lockTimeoutMillis} and {@code tries}, which {@link Migrate} and {@link EveryMigration} have alike. */
final class Patience {
    private Patience() {}

    /** Returns how changes get their locks; empty: as they stand. */
    static Optional<LockRetry> of(
            Class<? extends Annotation> annotation, Method method, long lockTimeoutMillis, int tries) {
        if (lockTimeoutMillis < 0) {
            throw Misuse.of(
                    annotation,
                    method,
                    "lockTimeoutMillis to be at least 0",
                    Misuse.attribute("lockTimeoutMillis", lockTimeoutMillis));
        }
        boolean timeout = lockTimeoutMillis > 0;
        if (tries < 0 || (tries > 0 && !timeout)) {
            throw Misuse.of(
                    annotation,
                    method,
                    "tries to be at least 1, beside lockTimeoutMillis",
                    Misuse.attribute("tries", tries) + (timeout ? "" : " alone"));
        }
        if (!timeout) {
            return Optional.empty();
        }
        LockRetry retry = LockRetry.DEFAULT.withLockTimeout(Duration.ofMillis(lockTimeoutMillis));
        return Optional.of(tries > 0 ? retry.withTries(tries) : retry);
    }
}
