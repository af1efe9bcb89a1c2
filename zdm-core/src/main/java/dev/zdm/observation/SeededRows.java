package dev.zdm.observation;

import dev.zdm.postgres.Relation;
import java.util.List;

/**
 * Rows with adversarial values that were added to a table of the baseline.
 *
 * @param table the table
 * @param rows how many rows it got
 * @param planned how many it was to get
 * @param refused what the server did not take, by column, in the order of the columns
 */
public record SeededRows(Relation table, int rows, int planned, List<Refusal> refused) {
    public SeededRows {
        refused = List.copyOf(refused);
    }

    /**
     * Values that the server refused; in their place rows got ordinary ones.
     *
     * @param column the column; empty: whole rows, although their values were ordinary
     * @param values how many distinct values, at least 1
     * @param reason what the server said first, with the SQLSTATE
     */
    public record Refusal(String column, int values, String reason) {}
}
