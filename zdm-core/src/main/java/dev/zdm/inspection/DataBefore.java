package dev.zdm.inspection;

import dev.zdm.database.Database;
import dev.zdm.observation.RelationUse;
import dev.zdm.observation.TableData;
import dev.zdm.observation.UntouchedData;
import dev.zdm.observation.UntouchedData.ColumnRead;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.VersionRole;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A copy of a database as it was before a change, and what else has to be known to compare it with what it is afterwards.
 *
 * @param copy the copy
 * @param written the counters of written rows before the change
 * @param numbering the sequences that number rows, before the change
 * @param read the columns that invariants have read and held, by the invariant's name
 * @param took how long the copy took
 */
record DataBefore(
        Database copy, WrittenRows written, Numbering numbering, Map<String, Set<ColumnRead>> read, Duration took)
        implements AutoCloseable {
    /**
     * Takes a copy, on which nobody may work meanwhile.
     *
     * @param held the invariants that have held until now
     */
    static DataBefore take(Database clone, List<Invariant> held) throws SQLException {
        WrittenRows written;
        Numbering numbering;
        try (Connection observer = QuietSessions.of(clone).getConnection()) {
            written = WrittenRows.read(observer);
            numbering = Numbering.read(observer);
        }
        long began = System.nanoTime();
        Database copy = clone.copy();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        try (Connection session = QuietSessions.of(copy).getConnection()) {
            return new DataBefore(copy, written, numbering, InvariantReads.of(held, session), took);
        } catch (SQLException | RuntimeException e) {
            copy.close();
            throw e;
        }
    }

    /**
     * Compares with what there is after the change.
     *
     * @param holding the invariants that hold after the change
     */
    UntouchedData compare(Database clone, List<Invariant> holding) {
        long began = System.nanoTime();
        try (Connection observer = QuietSessions.of(clone).getConnection()) {
            DataComparison.Known known = new DataComparison.Known(written, WrittenRows.read(observer), read);
            Map<String, Set<ColumnRead>> reads = InvariantReads.of(holding, observer);
            try (DataComparison comparison = DataComparison.open(copy, clone)) {
                List<TableData> tables = comparison.run(known);
                return new UntouchedData(
                        tables,
                        numbering.behindIn(observer),
                        reads,
                        took,
                        Duration.ofNanos(System.nanoTime() - began),
                        null);
            }
        } catch (SQLException e) {
            return UntouchedData.unknown(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Returns the same with what is known of who uses the tables that have lost rows.
     *
     * @param use the tables that the versions of the phase use
     * @param later the versions that get traffic in a later phase only
     */
    UntouchedData withUse(UntouchedData data, RelationUse use, Set<VersionRole> later, RehearsalPlan plan)
            throws SQLException {
        RelationUse all = use;
        if (data.tables().stream().anyMatch(DataBefore::hasLostRows)) {
            try (Connection observer = QuietSessions.of(copy).getConnection()) {
                for (VersionRole role : later) {
                    all = all.and(UsedRelations.of(
                                    plan.version(role),
                                    QuietSessions.of(copy),
                                    observer,
                                    plan.baseline().rows(),
                                    UsedRelations.TIMES)
                            .relations());
                }
            }
        }
        List<TableData> tables = new ArrayList<>();
        for (TableData table : data.tables()) {
            tables.add(all.used().contains(table.table()) ? table.used() : table);
        }
        return new UntouchedData(
                tables, data.sequences(), data.reads(), data.copying(), data.comparing(), data.failure());
    }

    private static boolean hasLostRows(TableData table) {
        return table.now() == null || table.lost() > 0;
    }

    @Override
    public void close() {
        copy.close();
    }
}
