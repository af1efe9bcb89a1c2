package dev.zdm.plan;

import org.jspecify.annotations.Nullable;

/** Says that a plan cannot be rehearsed as it stands: what was expected, what was found, where, and what to do. */
public final class PlanException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PlanException(String message) {
        super(message);
    }

    public PlanException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
