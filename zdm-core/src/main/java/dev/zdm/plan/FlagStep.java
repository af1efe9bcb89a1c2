package dev.zdm.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The values of feature flags at one step of a roll-out.
 *
 * @param values by the flags' names; what is a number or a truth value stands as text
 */
public record FlagStep(SortedMap<String, String> values) {
    /** No flag. */
    public static final FlagStep NONE = new FlagStep(new TreeMap<>());

    /** Takes a copy. */
    public FlagStep {
        values = new TreeMap<>(values);
    }

    /**
     * Reads a step.
     *
     * @param text flags and values, such as {@code "write=both, read=old"}; a flag alone is {@code true}
     * @throws PlanException if it is none
     */
    public static FlagStep parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String name = (equals < 0 ? part : part.substring(0, equals)).strip();
            String value = equals < 0 ? "true" : part.substring(equals + 1).strip();
            if (name.isEmpty() || value.isEmpty() || values.put(name, value) != null) {
                throw new PlanException(
                        "a step of flags names each flag once with a value, such as 'write=both, read=old', found '"
                                + text + "'");
            }
        }
        return new FlagStep(new TreeMap<>(values));
    }

    /** Returns the value of a flag; empty: there is no such flag. */
    public Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** Returns whether there is no flag. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Returns this step with the flags that the next one changes or adds. */
    public FlagStep then(FlagStep next) {
        SortedMap<String, String> all = new TreeMap<>(values);
        all.putAll(next.values);
        return new FlagStep(all);
    }

    /**
     * Returns what is in force at each step.
     *
     * @param before what is in force before the first one
     * @param steps what each step changes; none: everything stays
     */
    static List<FlagStep> inForce(FlagStep before, List<FlagStep> steps) {
        if (steps.isEmpty()) {
            return List.of(before);
        }
        List<FlagStep> all = new ArrayList<>();
        FlagStep now = before;
        for (FlagStep step : steps) {
            now = now.then(step);
            all.add(now);
        }
        return List.copyOf(all);
    }

    /** Returns the flags as {@link #parse} reads them, by name. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(flag -> flag.getKey() + "=" + flag.getValue())
                .collect(Collectors.joining(", "));
    }
}
