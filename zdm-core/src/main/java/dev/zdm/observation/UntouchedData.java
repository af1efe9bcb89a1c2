package dev.zdm.observation;

import dev.zdm.postgres.Relation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What became of the data that were there before a change: every row compared with a copy of the database as it was
 * before, on a quiet clone.
 *
 * @param tables the tables that there were, in the order of their names
 * @param sequences the sequences that give numbers which rows have, and did not before the change
 * @param reads the columns that invariants read after the change, by the invariant's name
 * @param copying how long the copy took
 * @param comparing how long the comparison took
 * @param failure why there was no comparison, in words; null: there was
 */
public record UntouchedData(
        List<TableData> tables,
        List<SequenceData> sequences,
        Map<String, Set<ColumnRead>> reads,
        Duration copying,
        Duration comparing,
        @Nullable String failure) {
    /** Nothing was compared, because nothing was changed. */
    public static final UntouchedData NONE =
            new UntouchedData(List.of(), List.of(), Map.of(), Duration.ZERO, Duration.ZERO, null);

    public UntouchedData {
        tables = List.copyOf(tables);
        sequences = List.copyOf(sequences);
        reads = Map.copyOf(reads);
    }

    /** Returns that the data could not be compared. */
    public static UntouchedData unknown(String failure) {
        return new UntouchedData(List.of(), List.of(), Map.of(), Duration.ZERO, Duration.ZERO, failure);
    }

    /** Returns the tables all of whose columns and rows that were there are there, with the same values. */
    public Stream<TableData> same() {
        return tables.stream().filter(TableData::isSame);
    }

    /**
     * A column that a query reads.
     *
     * @param table the table
     * @param column the column
     */
    public record ColumnRead(Relation table, String column) {}
}
