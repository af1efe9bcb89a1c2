package dev.zdm.plan;

import java.util.Objects;

/**
 * What a phase's traffic is at one of its steps.
 *
 * @param oldPercent the old version's share, 0 to 100
 * @param flags the feature flags
 */
public record RollOutStep(int oldPercent, FlagStep flags) {
    public RollOutStep {
        Objects.requireNonNull(flags);
    }

    /** Returns the words that reports use, such as {@code 90/10 [read=new]}. */
    @Override
    public String toString() {
        return oldPercent + "/" + (100 - oldPercent) + (flags.isEmpty() ? "" : " [" + flags + "]");
    }
}
