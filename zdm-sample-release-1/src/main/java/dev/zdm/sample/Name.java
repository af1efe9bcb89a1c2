package dev.zdm.sample;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The name of a customer, kept as it is read.
 *
 * @param full the whole name
 */
public record Name(String full) {
    public Name {
        requireNonNull(full);
    }

    /** Returns a name of one or two parts; null: there is no last name. */
    public static Name of(String first, @Nullable String last) {
        return new Name(last == null ? first : first + " " + last);
    }
}
