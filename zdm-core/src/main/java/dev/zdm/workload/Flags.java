package dev.zdm.workload;

import java.util.Optional;

/**
 * The feature flags of the phase that is being rehearsed, at the step that it is at: what a method asks for now may be
 * another value than a moment ago. A workload's constructor and its operations may take them. Safe for use by several
 * threads.
 */
public interface Flags {
    /** Returns the value of a flag; empty: neither this phase nor one before it sets it. */
    Optional<String> find(String name);

    /**
     * Returns the value of a flag.
     *
     * @throws IllegalStateException if neither this phase nor one before it sets it
     */
    String value(String name);

    /**
     * Returns whether a flag is {@code true}.
     *
     * @throws IllegalStateException if neither this phase nor one before it sets it, or it is neither {@code true} nor
     *     {@code false}
     */
    boolean isOn(String name);
}
