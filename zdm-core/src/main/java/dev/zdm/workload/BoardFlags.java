package dev.zdm.workload;

import dev.zdm.plan.FlagBoard;
import dev.zdm.plan.FlagStep;
import java.util.Optional;

/**
 * The flags that are in force.
 *
 * @param board says which
 */
record BoardFlags(FlagBoard board) implements Flags {
    @Override
    public Optional<String> find(String name) {
        return board.now().value(name);
    }

    @Override
    public String value(String name) {
        FlagStep now = board.now();
        return now.value(name)
                .orElseThrow(() -> new IllegalStateException("no phase up to this one sets the flag '" + name
                        + "'; set are: " + (now.isEmpty() ? "none" : now.toString())));
    }

    @Override
    public boolean isOn(String name) {
        String value = value(name);
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalStateException(
                        "the flag '" + name + "' is neither true nor false but '" + value + "'");
        };
    }
}
