package dev.zdm.sample;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The name of a customer, kept in two parts.
 *
 * @param first the first name, or the only one
 * @param last the rest of the name; null: there is none
 */
public record Name(String first, @Nullable String last) {
    public Name {
        requireNonNull(first);
    }

    /** Returns a name of one or two parts; null: there is no last name. */
    public static Name of(String first, @Nullable String last) {
        return new Name(first, last);
    }

    /** Returns the whole name, as the first release keeps it. */
    public String full() {
        return last == null ? first : first + " " + last;
    }

    /** Returns the name as lists have it: the last name first. */
    public String listed() {
        return last == null ? first : last + ", " + first;
    }
}
