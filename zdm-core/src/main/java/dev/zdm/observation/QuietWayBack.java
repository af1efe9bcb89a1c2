package dev.zdm.observation;

import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a rollback did on a quiet copy on which the new version had worked after the change.
 *
 * @param written how many rows the new version's operations had written
 * @param failure the statement at which the rollback failed; null: it did not
 * @param last the statement of the rollback that ran last; null: none did
 * @param notRestored what the rollback left otherwise than it was before the change, in words
 * @param losses values and rows that the rollback gave up
 * @param ledger what the version that is gone back to read of what the new version had written
 * @param failureAgain the statement at which the change failed once more; null: it did not, or was not tried
 * @param notRepeated what the change left otherwise the second time, in words
 * @param reordered tables whose columns stand in another order after the rollback, with that order: it cannot be else
 *     where a column was added again, and is no difference
 * @param objects how many facts of the catalogue were compared
 * @param took how long all of it took
 * @param unknown why it could not be looked at, in words; null: it could
 */
public record QuietWayBack(
        long written,
        @Nullable StatementRun failure,
        @Nullable SqlStatement last,
        List<String> notRestored,
        List<Loss> losses,
        LedgerHistory ledger,
        @Nullable StatementRun failureAgain,
        List<String> notRepeated,
        List<String> reordered,
        long objects,
        Duration took,
        @Nullable String unknown) {
    public QuietWayBack {
        notRestored = List.copyOf(notRestored);
        losses = List.copyOf(losses);
        Objects.requireNonNull(ledger);
        notRepeated = List.copyOf(notRepeated);
        reordered = List.copyOf(reordered);
    }

    /**
     * What a rollback gave up of one column, or of whole rows.
     *
     * @param table the table, as it was called before the rollback
     * @param column the column; null: whole rows
     * @param origin whose they were
     * @param count how many values or rows
     * @param first the first of them, in words
     * @param allowed whether the plan allows it
     */
    public record Loss(
            Relation table, @Nullable String column, Origin origin, long count, List<String> first, boolean allowed) {
        public Loss {
            Objects.requireNonNull(table);
            Objects.requireNonNull(origin);
            first = List.copyOf(first);
        }

        /** Returns the name that the plan calls it by: {@code product.discount}. */
        public String place() {
            return column == null ? table.toString() : table + "." + column;
        }
    }

    /** Whose values were lost. */
    public enum Origin {
        /** What the new version had written after the change. */
        NEW_VERSION,
        /** What was there before the change, and is not, or is otherwise, after the rollback. */
        BEFORE
    }

    /** Returns whether nothing went wrong. */
    public boolean isSound() {
        return failure == null
                && unknown == null
                && notRestored.isEmpty()
                && losses.stream().allMatch(Loss::allowed)
                && ledger.mismatches().isEmpty()
                && failureAgain == null
                && notRepeated.isEmpty();
    }
}
