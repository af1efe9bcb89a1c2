package dev.zdm.sample.v1;

import static java.util.Objects.requireNonNull;

/**
 * A customer as the old release knows it.
 *
 * @param id the key
 * @param fullName the whole name
 * @param email unique
 */
public record Customer(long id, String fullName, String email) {
    public Customer {
        requireNonNull(fullName);
        requireNonNull(email);
    }
}
