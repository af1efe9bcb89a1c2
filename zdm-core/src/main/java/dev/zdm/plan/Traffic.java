package dev.zdm.plan;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How much of the load the old version gets, step by step; the new version gets the rest.
 *
 * @param oldPercents from 0 to 100, at least one step
 */
public record Traffic(List<Integer> oldPercents) {
    public Traffic {
        oldPercents = List.copyOf(oldPercents);
        if (oldPercents.isEmpty()) {
            throw new PlanException("traffic needs at least one step, found none");
        }
        for (int percent : oldPercents) {
            if (percent < 0 || percent > 100) {
                throw new PlanException("a traffic step is the old version's share in percent, from 0 to 100, found "
                        + percent + " in " + oldPercents);
            }
        }
    }

    /** Returns traffic with these shares of the old version, in percent. */
    public static Traffic steps(int... oldPercents) {
        return new Traffic(IntStream.of(oldPercents).boxed().toList());
    }

    /** Returns the share before and during the change. */
    public int first() {
        return oldPercents.get(0);
    }

    /** Returns the share at the end of the phase. */
    public int last() {
        return oldPercents.get(oldPercents.size() - 1);
    }
}
