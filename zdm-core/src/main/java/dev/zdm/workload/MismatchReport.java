package dev.zdm.workload;

import dev.zdm.observation.Mismatch;
import dev.zdm.observation.Mismatch.Kind;
import dev.zdm.observation.OperationName;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what is known of a mismatch.
 *
 * @param reader who read it
 * @param operation the operation that read it before writing; null: the load was drained
 * @param fact what was read
 * @param key of which key
 */
record MismatchReport(FactReader reader, @Nullable OperationName operation, Fact fact, long key) {
    private static final int LONGEST = 60;
    private static final int BEGIN = 40;
    private static final int END = 12;

    /** Returns the mismatch of an owned key, with what the other version reads of it. */
    Mismatch of(
            Kind kind,
            FactState state,
            @Nullable Object found,
            @Nullable FactReader other,
            LongFunction<Instant> clock,
            long now) {
        FactReader.@Nullable Found there = other == null ? null : other.peek(fact, key);
        List<Write> allowed = state.allowed();
        Write last = allowed.get(allowed.size() - 1);
        return new Mismatch(
                there != null && state.allows(there.value()) ? Kind.VERSIONS_DIFFER : kind,
                fact.name(),
                key,
                allowed.stream().map(write -> spelled(write.value())).toList(),
                spelled(found),
                last.by(),
                clock.apply(last.nanos()),
                reader.version(),
                operation,
                clock.apply(now),
                there == null ? null : spelled(there.value()));
    }

    /** Returns the mismatch of a total. */
    Mismatch ofTotal(Kind kind, TotalState state, @Nullable BigDecimal found, LongFunction<Instant> clock, long now) {
        String unknown = state.unknown() == 0 ? "" : " (and " + state.unknown() + " of unknown outcome)";
        return new Mismatch(
                kind,
                fact.name(),
                key,
                List.of(spelled(state.expected()) + unknown),
                spelled(found),
                state.last(),
                clock.apply(state.lastNanos()),
                reader.version(),
                operation,
                clock.apply(now),
                null);
    }

    /** Returns a value as reports spell it. */
    static String spelled(@Nullable Object value) {
        if (value == null) {
            return "NULL";
        }
        if (value instanceof byte[] bytes) {
            return shortened("\\x" + HexFormat.of().formatHex(bytes), "");
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof Object[] array) {
            return shortened(Arrays.deepToString(array), "");
        }
        return value instanceof CharSequence text ? shortened(text.toString(), "'") : shortened(value.toString(), "");
    }

    private static String shortened(String text, String quote) {
        int length = text.codePointCount(0, text.length());
        if (length <= LONGEST) {
            return quote + text + quote;
        }
        String begin = text.substring(0, text.offsetByCodePoints(0, BEGIN));
        String end = text.substring(text.offsetByCodePoints(text.length(), -END));
        return quote + begin + "…" + end + quote + " (" + length + " characters)";
    }
}
