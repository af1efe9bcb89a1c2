package dev.zdm.observation;

import dev.zdm.plan.VersionRole;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fact of a key that was read otherwise than it was acknowledged. Values are spelled for reports.
 *
 * @param kind how it differs
 * @param fact the name of the fact
 * @param key the key
 * @param expected the values that were allowed, the one acknowledged last; two where an outcome is not known
 * @param found what was read
 * @param writer the operation that wrote it last; null: none did since it was read first
 * @param written when it was acknowledged, or read first
 * @param reader the version that read it
 * @param operation the operation that read it before writing; null: the load was drained
 * @param at when it was read
 * @param otherVersion what the other version read of it then; null: it could not
 */
public record Mismatch(
        Kind kind,
        String fact,
        long key,
        List<String> expected,
        String found,
        @Nullable OperationName writer,
        Instant written,
        VersionRole reader,
        @Nullable OperationName operation,
        Instant at,
        @Nullable String otherVersion) {
    public Mismatch {
        expected = List.copyOf(expected);
    }

    /** How a value differs from the one that was acknowledged. */
    public enum Kind {
        /** An older value is back, or none is there: an acknowledged write is gone. */
        GONE,
        /** The other version still reads the acknowledged value: the two versions do not see the same. */
        VERSIONS_DIFFER,
        /** The value of a write that failed is there. */
        FAILED_WRITE,
        /** A value is there that no operation announced. */
        FOREIGN,
        /** A total lacks some of what was added to it. */
        TOTAL_TOO_SMALL,
        /** A total has more than was added to it. */
        TOTAL_TOO_LARGE
    }
}
