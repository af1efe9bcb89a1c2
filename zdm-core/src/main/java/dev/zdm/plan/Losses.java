package dev.zdm.plan;

import dev.zdm.postgres.Relation;
import java.util.List;

/**
 * What a rollback may give up.
 *
 * @param places tables ({@code audit}, {@code sales.audit}: rows and all their values) and columns
 *     ({@code product.discount}, {@code sales.product.discount}: values) as SQL spells them
 */
public record Losses(List<String> places) {
    /** Nothing. */
    public static final Losses NONE = new Losses(List.of());

    public Losses {
        places = List.copyOf(places);
        for (String place : places) {
            try {
                new Touches(List.of(place));
            } catch (PlanException e) {
                throw new PlanException(
                        "what a rollback may lose is a table or a column as SQL spells it, found '" + place + "'", e);
            }
        }
    }

    /** Returns whether rows of a table may go. */
    public boolean allows(Relation table) {
        return new Touches(places).allows(table);
    }

    /** Returns whether values of a column may go. */
    public boolean allows(Relation table, String column) {
        return new Touches(places).allows(table, column);
    }
}
