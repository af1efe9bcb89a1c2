package dev.zdm.observation;

import dev.zdm.postgres.Relation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the data of one table, a partitioned table being one.
 *
 * @param table its name before the change
 * @param now what has its name now, or else its new name; null: it is gone
 * @param successor what kind of object that is, compared with the table before
 * @param rows how many rows it had
 * @param written what the statements of the change did to its rows
 * @param keyed whether its rows have a key by which they can be told apart
 * @param missing how many of its rows are gone
 * @param added how many rows it has that it did not have
 * @param firstMissing the first rows that are gone, by their key, or as a whole without a key
 * @param compared how many columns were compared
 * @param columns the columns whose values differ
 * @param dropped the columns that are gone
 * @param inUse whether a version uses it that has traffic, in this phase or a later one
 */
public record TableData(
        Relation table,
        @Nullable Relation now,
        Successor successor,
        long rows,
        Written written,
        boolean keyed,
        long missing,
        long added,
        List<String> firstMissing,
        int compared,
        List<ColumnData> columns,
        List<Dropped> dropped,
        boolean inUse) {
    public TableData {
        firstMissing = List.copyOf(firstMissing);
        columns = List.copyOf(columns);
        dropped = List.copyOf(dropped);
    }

    /** What has the name of a table now. */
    public enum Successor {
        /** The table itself, or nothing else. */
        ITSELF,
        /** Another object that shows the rows which the table has now: a view, or what the table became a partition of. */
        SHOWS_IT,
        /** Another table with rows of its own: what is written to the earlier one does not come to it by itself. */
        COPY
    }

    /**
     * Rows that the statements of a change wrote, triggers included, by the server's counters.
     *
     * @param inserted rows inserted
     * @param updated rows updated
     * @param deleted rows deleted
     */
    public record Written(long inserted, long updated, long deleted) {
        /** None. */
        public static final Written NOTHING = new Written(0, 0, 0);
    }

    /**
     * A column that is gone.
     *
     * @param name its name
     * @param values how many of its values were not NULL
     * @param invariants the names of the invariants that had read it before, and held
     */
    public record Dropped(String name, long values, List<String> invariants) {
        public Dropped {
            invariants = List.copyOf(invariants);
        }
    }

    /** Returns whether all of it is there as it was. */
    public boolean isSame() {
        return now != null && missing == 0 && columns.isEmpty() && dropped.isEmpty();
    }

    /** Returns whether another object than before has its name. */
    public boolean replaced() {
        return successor != Successor.ITSELF;
    }

    /** Returns the same table, in use. */
    public TableData used() {
        return new TableData(
                table,
                now,
                successor,
                rows,
                written,
                keyed,
                missing,
                added,
                firstMissing,
                compared,
                columns,
                dropped,
                true);
    }

    /** Returns how many rows are gone that no statement deleted. */
    public long lost() {
        return replaced() ? missing : Math.max(0, missing - written.deleted());
    }
}
