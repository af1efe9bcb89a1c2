package dev.zdm.plan;

import dev.zdm.postgres.Relation;
import dev.zdm.postgres.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the statements of a change may write to of the data that are there.
 *
 * @param declared tables ({@code customer}, {@code sales.customer}: rows may come, go and change) and columns
 *     ({@code customer.name}, {@code sales.customer.name}: values may change) as SQL spells them; null: nothing is said
 */
public record Touches(@Nullable List<String> declared) {
    /** Nothing is said. */
    public static final Touches UNDECLARED = new Touches(null);

    private static final int MOST_PARTS = 3;

    public Touches {
        declared = declared == null ? null : List.copyOf(declared);
        if (declared != null) {
            declared.forEach(Touches::parts);
        }
    }

    private static List<String> parts(String place) {
        try {
            List<String> parts = TableName.parts(place);
            if (parts.size() <= MOST_PARTS) {
                return parts;
            }
        } catch (IllegalArgumentException e) {
            throw new PlanException(
                    "what a change may touch is a table or a column as SQL spells it, found '" + place + "'", e);
        }
        throw new PlanException(
                "what a change may touch is a table or a column as SQL spells it, found '" + place + "'");
    }

    /** Returns whether anything is said: what is not named may not be touched then. */
    public boolean areDeclared() {
        return declared != null;
    }

    /** Returns what is named; empty where nothing is, or may be touched. */
    public List<String> places() {
        return declared == null ? List.of() : declared;
    }

    /** Returns whether rows of a table may come and go. */
    public boolean allows(Relation table) {
        return places().stream().map(Touches::parts).anyMatch(parts -> names(parts, table));
    }

    /** Returns whether values of a column may change. */
    public boolean allows(Relation table, String column) {
        return allows(table)
                || places().stream()
                        .map(Touches::parts)
                        .anyMatch(parts -> parts.size() > 1
                                && parts.get(parts.size() - 1).equals(column)
                                && names(parts.subList(0, parts.size() - 1), table));
    }

    private static boolean names(List<String> parts, Relation table) {
        return parts.equals(List.of(table.name())) || parts.equals(List.of(table.schema(), table.name()));
    }
}
