package dev.zdm.plan;

import dev.zdm.postgres.TableName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How large a table is in production.
 *
 * @param table the table; of a partitioned one all partitions together
 * @param rows how many rows it has there, at least 1 where the user states it, at least 0 in an export
 * @param pages how many pages of 8 kB its rows fill there, without indexes; 0: not known
 * @param origin the line of the export that says so, as {@code production.csv:7}; empty: the user states it
 */
public record ProductionSize(TableName table, long rows, long pages, String origin) {
    public ProductionSize {
        if (rows < (origin.isEmpty() ? 1 : 0) || pages < 0) {
            throw new PlanException("the production size of table '" + table + "' must be at least 1 row, found " + rows
                    + (pages < 0 ? " rows on " + pages + " pages" : ""));
        }
    }

    /**
     * States the size of a table.
     *
     * @param table its name as SQL spells it, quoted where SQL needs it, with a schema or without
     * @param rows how many rows it has in production, at least 1
     * @throws PlanException if that is not a name, or not a size
     */
    public static ProductionSize of(String table, long rows) {
        try {
            return new ProductionSize(TableName.parse(table), rows, 0, "");
        } catch (IllegalArgumentException e) {
            throw new PlanException("a production size needs the name of a table, such as customer, sales.customer or "
                    + "\"Customer\", found '" + table + "'");
        }
    }

    /** Returns whether the user states it; otherwise an export from production says so. */
    public boolean isStated() {
        return origin.isEmpty();
    }

    /** Demands that nothing is said twice; what the user states may correct what an export says. */
    static void checkDistinct(List<ProductionSize> sizes) {
        Map<List<Object>, ProductionSize> seen = new HashMap<>();
        for (ProductionSize size : sizes) {
            ProductionSize earlier = seen.put(List.of(size.isStated(), size.table()), size);
            if (earlier != null) {
                throw new PlanException("the production size of table '" + size.table() + "' is given twice: "
                        + earlier.inWords() + " and " + size.inWords());
            }
        }
    }

    private String inWords() {
        return rows + " rows" + (isStated() ? "" : " (" + origin + ")");
    }
}
