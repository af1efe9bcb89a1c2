package dev.zdm.sample;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Names and addresses that customers might have. */
public final class Names {
    private static final List<String> FIRST = List.of("Ada", "Grace", "Barbara", "Edsger", "Mary Ann", "Björk", "ليلى");
    private static final List<String> LAST = List.of("Lovelace", "Hopper", "Liskov", "van der Berg", "O'Neil", "Li");

    private static final AtomicLong COUNT = new AtomicLong();

    private Names() {}

    /** Returns a first name that nobody has yet. */
    public static String newFirst() {
        return first() + COUNT.incrementAndGet();
    }

    /** Returns the whole name; null: there is no last name. */
    public static String full(String first, @Nullable String last) {
        return last == null ? first : first + " " + last;
    }

    /** Returns a whole name; every seventh has one word only. */
    public static String full() {
        return last().map(last -> first() + " " + last).orElseGet(Names::first);
    }

    /** Returns a first name. */
    public static String first() {
        return FIRST.get(ThreadLocalRandom.current().nextInt(FIRST.size()));
    }

    /** Returns a last name, or that there is none. */
    public static Optional<String> last() {
        int index = ThreadLocalRandom.current().nextInt(LAST.size() + 1);
        return index == LAST.size() ? Optional.empty() : Optional.of(LAST.get(index));
    }

    /** Returns an address that nobody has yet. */
    public static String newEmail() {
        return UUID.randomUUID() + "@example.org";
    }

    /** Returns the address of a customer of the seed. */
    public static String emailOf(long id) {
        return "customer" + id + "@example.org";
    }
}
