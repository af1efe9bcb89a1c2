package dev.zdm.sample.v2;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A customer as the new release knows it.
 *
 * @param id the key
 * @param firstName the first name, or the only one
 * @param lastName the rest of the name; null: there is none
 * @param email unique
 */
public record Customer(long id, String firstName, @Nullable String lastName, String email) {
    public Customer {
        requireNonNull(firstName);
        requireNonNull(email);
    }
}
