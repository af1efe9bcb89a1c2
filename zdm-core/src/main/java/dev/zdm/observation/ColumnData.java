package dev.zdm.observation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column that does not have the values it had.
 *
 * @param name its name before the change
 * @param now its name now
 * @param origin what has its name now
 * @param type its type before, as SQL spells it
 * @param typeNow its type now
 * @param kind what sort of conversion lies between the types
 * @param formula whether it is generated, and by another expression than before
 * @param differing how many rows have another value
 * @param filled how many of them had NULL before
 * @param turnedNull how many of them have NULL instead of a value
 * @param first the first of them
 */
public record ColumnData(
        String name,
        String now,
        Origin origin,
        String type,
        String typeNow,
        Conversion kind,
        boolean formula,
        long differing,
        long filled,
        long turnedNull,
        List<Difference> first) {
    public ColumnData {
        first = List.copyOf(first);
    }

    /** What has a column's name now. */
    public enum Origin {
        /** The same column, by PostgreSQL's number of it. */
        SAME,
        /** Another column that there was before, or a column of another table. */
        OTHER,
        /** A column that the change has made. */
        NEW
    }

    /** What lies between two types. */
    public enum Conversion {
        /** Nothing: the type is the same. */
        NONE,
        /** Between a time without and one with a time zone: a difference is a shift. */
        TIME_ZONE,
        /** Any other: a value that does not come back is lost. */
        OTHER
    }

    /** Returns whether values are gone: cut by another type, turned NULL, or dropped with their column. */
    public boolean isLoss() {
        return kind == Conversion.OTHER || turnedNull > 0 || origin == Origin.NEW;
    }

    /**
     * One value that differs.
     *
     * @param key the row's key
     * @param before the value before, as text; null: NULL
     * @param after the value now, as text in the type that it had
     */
    public record Difference(
            String key, @Nullable String before, @Nullable String after) {}
}
