package dev.zdm.inspection;

import dev.zdm.database.Database;
import dev.zdm.observation.ColumnData;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.Footprint.SeenFrom;
import dev.zdm.observation.Footprint.Work;
import dev.zdm.observation.TableData;
import dev.zdm.observation.UntouchedData;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a change that fills rows does to the tables that are there.
 *
 * @param updated the columns whose values it changes, by their table
 * @param written the work on tables with rows of their own that it writes to
 * @param read the work on those that it only reads
 * @param writers the statements that write, that of the most rows first
 * @param shapes the shapes of the statements that lock rows, of those that do not commit on their way
 */
record BackfillWork(
        Map<Relation, Set<String>> updated,
        List<Work> written,
        List<Work> read,
        List<SqlStatement> writers,
        Set<String> shapes) {
    /** Reads it from what was found on a quiet clone. */
    static BackfillWork of(List<Footprint> footprints, UntouchedData untouched) {
        Map<Relation, Work> byTable = new LinkedHashMap<>();
        for (Footprint footprint : footprints) {
            footprint.work().forEach(work -> byTable.merge(work.relation(), work, BackfillWork::sum));
        }
        Map<Boolean, List<Work>> works =
                byTable.values().stream().collect(Collectors.partitioningBy(work -> work.tuplesWritten() > 0));
        List<Footprint> writers = footprints.stream()
                .filter(footprint -> rowsOf(footprint) > 0)
                .sorted(Comparator.comparingLong(BackfillWork::rowsOf).reversed())
                .toList();
        return new BackfillWork(
                updated(untouched),
                works.getOrDefault(true, List.of()),
                works.getOrDefault(false, List.of()),
                writers.stream().map(Footprint::statement).toList(),
                footprints.stream()
                        .filter(footprint -> footprint.work().stream()
                                .anyMatch(work -> work.tuplesWritten() > 0 || work.lockedAtOnce() > 0))
                        .filter(footprint -> footprint.seenFrom() != SeenFrom.OUTSIDE)
                        .map(footprint -> QuietTransaction.shape(footprint.statement()))
                        .collect(Collectors.toSet()));
    }

    private static Work sum(Work one, Work other) {
        return new Work(
                one.relation(),
                one.tuplesScanned() + other.tuplesScanned(),
                one.tuplesWritten() + other.tuplesWritten(),
                one.lockedAtOnce() + other.lockedAtOnce(),
                one.rows(),
                one.bytes(),
                one.whole(),
                one.rowsOfWhole());
    }

    private static long rowsOf(Footprint footprint) {
        return footprint.work().stream().mapToLong(Work::tuplesWritten).sum();
    }

    private static Map<Relation, Set<String>> updated(UntouchedData untouched) {
        Map<Relation, Set<String>> updated = new HashMap<>();
        for (TableData table : untouched.tables()) {
            Set<String> columns = table.columns().stream()
                    .filter(column -> column.origin() == ColumnData.Origin.SAME && column.differing() > 0)
                    .map(column -> KeyedTable.quoted(column.now()))
                    .collect(Collectors.toSet());
            if (!columns.isEmpty() && table.table().equals(table.now())) {
                updated.put(table.table(), columns);
            }
        }
        return updated;
    }

    /** Returns how many rows it wrote. */
    long rows() {
        return written.stream().mapToLong(Work::tuplesWritten).sum();
    }

    boolean isUpdated(Relation table) {
        return updated.containsKey(table);
    }

    /** Returns the tables that it writes to, partitioned tables as one, that of the most rows first; at least one. */
    List<Relation> tables() {
        return wholes(written);
    }

    private static List<Relation> wholes(Collection<Work> works) {
        return works.stream()
                .sorted(Comparator.comparingLong(Work::rowsOfWhole).reversed())
                .map(Work::whole)
                .distinct()
                .toList();
    }

    /** Returns the tables with rows of their own that it writes to. */
    Set<Relation> leaves() {
        return written.stream().map(Work::relation).collect(Collectors.toSet());
    }

    /** Returns the table into which a row would come that it would have to fill. */
    Relation fed() {
        return tables().stream()
                .filter(this::isUpdated)
                .findFirst()
                .or(() -> wholes(read).stream().findFirst())
                .orElseGet(() -> tables().get(0));
    }

    /** Returns the statement that wrote the most rows. */
    @Nullable
    SqlStatement writer() {
        return writers.isEmpty() ? null : writers.get(0);
    }

    /** Returns how many rows the largest table has that it fills, or fills others from. */
    long largest() {
        return filling().stream().mapToLong(Work::rowsOfWhole).max().orElse(0);
    }

    /** What it only looks up stays whole: rows that are not found there would never be filled. */
    private List<Work> filling() {
        List<Work> filling = new ArrayList<>(
                written.stream().filter(work -> isUpdated(work.whole())).toList());
        return filling.isEmpty() ? read : filling;
    }

    /**
     * Leaves a part of the rows that it fills in a database.
     *
     * @return whether that was allowed; only superusers can silence triggers meanwhile
     */
    boolean keepFirst(double keep, Database database) throws SQLException {
        Map<Relation, Relation> tables = new HashMap<>();
        filling().forEach(work -> tables.put(work.relation(), work.whole()));
        try (Connection connection = QuietSessions.of(database).getConnection()) {
            Shrinking.keepFirst(tables, keep, connection);
            return true;
        } catch (SQLException e) {
            if (SqlState.of(e).equals(SqlState.INSUFFICIENT_PRIVILEGE)) {
                return false;
            }
            throw e;
        }
    }
}
