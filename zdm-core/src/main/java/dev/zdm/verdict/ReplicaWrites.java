package dev.zdm.verdict;

import dev.zdm.observation.BulkWrite;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.ReplicaHistory.Lag;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.ReplicaPace;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.Relation;
import dev.zdm.verdict.OutranReplica.Excess;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a change writes, as far as it predicts the lag of replicas in production: the rows, the write-ahead log and the time
 * of one transaction, and the write-ahead log of a second.
 */
record ReplicaWrites(PhaseHistory history, Tolerance tolerance) {
    static final double GOOD_PART = 0.3;

    /** Returns the transactions that write too much at once, that of the most rows first, one for each table. */
    List<Finding> tooLarge(ReplicaPace pace) {
        Set<Relation> told = new TreeSet<>();
        List<Finding> findings = new ArrayList<>();
        for (BulkWrite write : BulkWrite.of(history.footprints())) {
            Set<Excess> excesses = excesses(write, pace);
            if (!excesses.isEmpty() && told.add(write.table())) {
                findings.add(new OutranReplica(write, List.copyOf(excesses), pace));
            }
        }
        return findings;
    }

    private Set<Excess> excesses(BulkWrite write, ReplicaPace pace) {
        Set<Excess> excesses = EnumSet.noneOf(Excess.class);
        if (isOfManyRows(write)) {
            excesses.add(Excess.ROWS);
        }
        if (write.walBytes() > pace.transactionBytes()) {
            excesses.add(Excess.WAL);
        }
        if (write.duration().compareTo(pace.transaction()) > 0) {
            excesses.add(Excess.TIME);
        }
        return excesses;
    }

    /** Returns the transactions that write a good part of a table, that of the most rows first, one for each table. */
    List<BulkWrite> ofManyRows() {
        Set<Relation> told = new TreeSet<>();
        return BulkWrite.of(history.footprints()).stream()
                .filter(this::isOfManyRows)
                .filter(write -> told.add(write.table()))
                .toList();
    }

    private boolean isOfManyRows(BulkWrite write) {
        return write.rows() > tolerance.tinyTableRows() && write.rows() >= GOOD_PART * sourceRows(write);
    }

    /**
     * Returns how many rows there are to be written: those of the table, or where it is new those of the largest table that
     * the transaction has read most of, since what does not grow with any table is no matter.
     */
    private long sourceRows(BulkWrite write) {
        if (write.tableRows() > 0) {
            return write.tableRows();
        }
        return history.footprints().stream()
                .filter(footprint -> footprint.statement().equals(write.statement()))
                .flatMap(footprint -> footprint.work().stream())
                .filter(work -> work.rows() > 0 && work.tuplesScanned() >= GOOD_PART * work.rows())
                .mapToLong(Footprint.Work::rows)
                .max()
                .orElse(Long.MAX_VALUE);
    }

    /** Returns whether the change writes more in a second, or altogether if it takes no second, than is allowed. */
    Optional<Finding> tooFast(ReplicaPace pace) {
        double added = rate(false) - rate(true);
        return added <= pace.bytesPerSecond()
                ? Optional.empty()
                : Optional.of(new FloodedReplica(
                        Math.round(added),
                        pace.bytesPerSecond(),
                        history.footprints().stream()
                                .max(Comparator.comparingLong(Footprint::walBytes))
                                .map(Footprint::statement)
                                .orElse(null)));
    }

    /** What a change wrote at its end is seen in the window after it. */
    private double rate(boolean steady) {
        return history.replica().lags().stream()
                .filter(lag -> steady == (history.windows().get(lag.window()).kind() == WindowKind.STEADY))
                .mapToDouble(ReplicaWrites::perSecond)
                .max()
                .orElse(0);
    }

    private static double perSecond(Lag lag) {
        return lag.walBytes() / Math.max(1, lag.walTime().toNanos() / 1e9);
    }
}
