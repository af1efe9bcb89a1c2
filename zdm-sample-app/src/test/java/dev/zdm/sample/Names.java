package dev.zdm.sample;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Names and addresses that customers might have. */
public final class Names {
    private static final List<String> FIRST = List.of("Ada", "Grace", "Barbara", "Edsger", "Mary Ann", "Björk", "ليلى");
    private static final List<String> LAST = List.of("Lovelace", "Hopper", "Liskov", "van der Berg", "O'Neil", "Li");

    private Names() {}

    /** Returns a name; every seventh has one word only. */
    public static Name any() {
        return Name.of(first(), last());
    }

    /** Returns a name that nobody has yet, in no release: a counter would begin anew in each of them. */
    public static Name unused() {
        return Name.of(first() + Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36), last());
    }

    private static String first() {
        return FIRST.get(ThreadLocalRandom.current().nextInt(FIRST.size()));
    }

    private static @Nullable String last() {
        int index = ThreadLocalRandom.current().nextInt(LAST.size() + 1);
        return index == LAST.size() ? null : LAST.get(index);
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
