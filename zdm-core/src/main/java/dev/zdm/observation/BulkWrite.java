package dev.zdm.observation;

import dev.zdm.observation.Footprint.SeenFrom;
import dev.zdm.observation.Footprint.Work;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one transaction of a change wrote, seen on a quiet clone: what predicts how far replicas fall behind.
 *
 * @param statement the statement that wrote most of it
 * @param table the table that got most of the rows
 * @param rows how many rows of it were inserted, updated or deleted
 * @param rowsHeld how many rows of it other writers had to wait for until the end of the transaction
 * @param tableRows how many rows it had before the change
 * @param walBytes how much of the write-ahead log the transaction wrote
 * @param duration how long its statements took
 */
public record BulkWrite(
        SqlStatement statement,
        Relation table,
        long rows,
        long rowsHeld,
        long tableRows,
        long walBytes,
        Duration duration) {
    /**
     * Returns what each transaction of a change wrote, one of each, that of the most rows first. Those that wrote no row are
     * missing. Where a statement commits several times, its largest transaction counts for updates and deletes, as far as it
     * is known, and its share of the write-ahead log.
     */
    public static List<BulkWrite> of(List<Footprint> footprints) {
        Map<Integer, List<Footprint>> transactions = footprints.stream()
                .collect(Collectors.groupingBy(Footprint::transaction, LinkedHashMap::new, Collectors.toList()));
        List<BulkWrite> writes = new ArrayList<>();
        for (List<Footprint> transaction : transactions.values()) {
            largest(transaction).ifPresent(writes::add);
        }
        writes.sort(Comparator.comparingLong(BulkWrite::rows).reversed());
        return writes;
    }

    private static Optional<BulkWrite> largest(List<Footprint> transaction) {
        Map<Relation, BulkWrite> byTable = new LinkedHashMap<>();
        for (Footprint footprint : transaction) {
            for (Work work : footprint.work()) {
                if (written(work, footprint) > 0) {
                    byTable.merge(work.whole(), write(work, footprint), BulkWrite::and);
                }
            }
        }
        long wal = transaction.stream().mapToLong(BulkWrite::wal).sum();
        Duration took = transaction.stream().map(Footprint::duration).reduce(Duration.ZERO, Duration::plus);
        return byTable.values().stream()
                .max(Comparator.comparingLong(BulkWrite::rows))
                .map(write -> new BulkWrite(
                        write.statement, write.table, write.rows, write.rowsHeld, write.tableRows, wal, took));
    }

    private static BulkWrite write(Work work, Footprint footprint) {
        return new BulkWrite(
                footprint.statement(),
                work.whole(),
                written(work, footprint),
                work.lockedAtOnce(),
                work.rowsOfWhole(),
                footprint.walBytes(),
                footprint.duration());
    }

    private BulkWrite and(BulkWrite other) {
        return new BulkWrite(
                rows >= other.rows ? statement : other.statement,
                table,
                rows + other.rows,
                rowsHeld + other.rowsHeld,
                Math.max(tableRows, other.tableRows),
                walBytes + other.walBytes,
                duration.plus(other.duration));
    }

    /** What a statement that commits on its way inserts is not known by transaction. */
    private static long written(Work work, Footprint footprint) {
        return footprint.seenFrom() == SeenFrom.OUTSIDE
                ? Math.min(work.lockedAtOnce(), work.tuplesWritten())
                : work.tuplesWritten();
    }

    private static long wal(Footprint footprint) {
        if (footprint.seenFrom() != SeenFrom.OUTSIDE) {
            return footprint.walBytes();
        }
        long all = footprint.work().stream().mapToLong(Work::tuplesWritten).sum();
        long largest = footprint.work().stream()
                .mapToLong(work -> written(work, footprint))
                .sum();
        return all == 0 ? footprint.walBytes() : Math.round((double) footprint.walBytes() * largest / all);
    }
}
