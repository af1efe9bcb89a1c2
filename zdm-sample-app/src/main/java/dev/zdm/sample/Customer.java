package dev.zdm.sample;

import static java.util.Objects.requireNonNull;

/**
 * A customer.
 *
 * @param id the key
 * @param name the name
 * @param email unique
 */
public record Customer(long id, Name name, String email) {
    public Customer {
        requireNonNull(name);
        requireNonNull(email);
    }
}
