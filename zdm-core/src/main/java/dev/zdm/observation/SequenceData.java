package dev.zdm.observation;

import dev.zdm.postgres.Relation;
import java.util.Objects;

/**
 * A sequence that numbers the rows of a table, after a change.
 *
 * @param sequence its name
 * @param table the table
 * @param column the column that it numbers
 * @param next the number that it gives next
 * @param taken how many rows have numbers that it is about to give, of those that it had given before; 0 or more
 * @param lowest the lowest of these numbers; 0 where there is none
 * @param highest the highest of these numbers; 0 where there is none
 */
public record SequenceData(
        Relation sequence, Relation table, String column, long next, long taken, long lowest, long highest) {
    public SequenceData {
        Objects.requireNonNull(sequence);
        Objects.requireNonNull(table);
        Objects.requireNonNull(column);
    }
}
