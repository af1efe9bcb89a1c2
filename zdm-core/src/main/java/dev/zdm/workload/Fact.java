package dev.zdm.workload;

import java.util.Objects;

/**
 * Something that an application version can read of a key.
 *
 * @param name how reports and both versions call it
 * @param type what reading it returns; the type of the value where that is an {@link java.util.Optional}
 * @param total whether it is a number to which several workers add at the same time
 */
public record Fact(String name, Class<?> type, boolean total) {
    public Fact {
        Objects.requireNonNull(name);
        Objects.requireNonNull(type);
    }
}
