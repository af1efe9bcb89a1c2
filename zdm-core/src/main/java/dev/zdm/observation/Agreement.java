package dev.zdm.observation;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What comparisons of one fact said, as both versions read it of the same keys.
 *
 * @param fact its name
 * @param when when they were made
 * @param comparisons how often a key was read by both
 * @param differing how many of these comparisons differed
 * @param first the first differences
 * @param unread how often one version, or both in different ways, failed to read a key; where both failed at every key,
 *     how often
 * @param failure the first of these failures; null: there was none
 */
public record Agreement(
        String fact,
        When when,
        long comparisons,
        long differing,
        List<Difference> first,
        long unread,
        @Nullable String failure) {
    public Agreement {
        Objects.requireNonNull(fact);
        Objects.requireNonNull(when);
        first = List.copyOf(first);
    }

    /** When versions are compared. */
    public enum When {
        /** Before the new version gets its first share of the traffic; all keys, once. */
        BEFORE_SWITCH,
        /** While both write; keys drawn by chance, each in one snapshot. */
        UNDER_LOAD,
        /** While nobody writes, before one of them loses its traffic or the phase ends; all keys, once. */
        DRAINED
    }

    /**
     * A key of which the versions read different values.
     *
     * @param key the key
     * @param older what the old version reads, in words
     * @param newer what the new version reads, in words
     * @param at when
     */
    public record Difference(long key, String older, String newer, Instant at) {
        public Difference {
            Objects.requireNonNull(older);
            Objects.requireNonNull(newer);
            Objects.requireNonNull(at);
        }

        /** Returns the key with both values. */
        public String inWords() {
            return "key " + key + ": old " + older + ", new " + newer;
        }
    }
}
