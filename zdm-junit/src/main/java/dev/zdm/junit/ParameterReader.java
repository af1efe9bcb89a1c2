package dev.zdm.junit;

import dev.zdm.plan.PlanException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads configuration parameters of several types.
 *
 * @param parameters looks a parameter up by its name
 */
record ParameterReader(Function<String, Optional<String>> parameters) {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h)");
    private static final Map<String, ChronoUnit> UNITS =
            Map.of("ms", ChronoUnit.MILLIS, "s", ChronoUnit.SECONDS, "m", ChronoUnit.MINUTES, "h", ChronoUnit.HOURS);

    /** Reads a text that is not empty. */
    Optional<String> text(String name, String allowed) {
        return read(name, allowed, value -> {
            require(!value.isEmpty());
            return value;
        });
    }

    Optional<Long> number(String name, long least, long most) {
        return read(name, "a whole number of at least " + least, value -> {
            long number = Long.parseLong(value);
            require(number >= least && number <= most);
            return number;
        });
    }

    Optional<Integer> integer(String name, int least) {
        return number(name, least, Integer.MAX_VALUE).map(Math::toIntExact);
    }

    Optional<Duration> duration(String name) {
        return read(name, "a time such as 800ms, 30s, 2m or PT0.8S", value -> {
            Duration duration = parse(value);
            require(!duration.isNegative());
            return duration;
        });
    }

    Optional<Duration> positiveDuration(String name) {
        return read(name, "a time of more than zero such as 800ms, 30s, 2m or PT0.8S", value -> {
            Duration duration = parse(value);
            require(!duration.isNegative() && !duration.isZero());
            return duration;
        });
    }

    <E extends Enum<E>> Optional<E> oneOf(String name, Class<E> type) {
        String allowed = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        return read(name, "one of " + allowed, value -> Enum.valueOf(type, value.toUpperCase(Locale.ROOT)));
    }

    private static Duration parse(String value) {
        Matcher amount = AMOUNT.matcher(value);
        if (!amount.matches()) {
            return Duration.parse(value);
        }
        return Duration.of(Long.parseLong(amount.group(1)), UNITS.getOrDefault(amount.group(2), ChronoUnit.MILLIS));
    }

    private static void require(boolean allowed) {
        if (!allowed) {
            throw new IllegalArgumentException();
        }
    }

    private <T> Optional<T> read(String name, String allowed, Function<String, T> parser) {
        Optional<String> given = parameters.apply(name).map(String::strip);
        try {
            return given.map(parser);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new PlanException(
                    "configuration parameter " + name + ": expected " + allowed + ", found '" + given.orElse("") + "'",
                    e);
        }
    }
}
