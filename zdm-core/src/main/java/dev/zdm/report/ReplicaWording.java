package dev.zdm.report;

import static dev.zdm.report.Format.bytes;
import static dev.zdm.report.Format.count;
import static dev.zdm.report.Format.millis;

import dev.zdm.observation.BulkWrite;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.ReplicaHistory;
import dev.zdm.observation.ReplicaHistory.Lag;
import dev.zdm.observation.ReplicaHistory.LongReader;
import dev.zdm.observation.ReplicaHistory.ReaderWait;
import dev.zdm.observation.Window;
import dev.zdm.plan.ReplicaPace;
import dev.zdm.postgres.Relation;
import dev.zdm.verdict.FloodedReplica;
import dev.zdm.verdict.OutranReplica;
import dev.zdm.verdict.ReplicaFellBehind;
import dev.zdm.verdict.StoppedReplicaReaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Puts into words what a phase did to the replica. */
final class ReplicaWording {
    private static final String NEXT = "\n              ";

    private ReplicaWording() {}

    static Words of(ReplicaFellBehind finding) {
        Lag lag = finding.lag();
        List<String> found = new ArrayList<>();
        if (lag != null && finding.window() != null) {
            found.add("it was " + millis(lag.longest()) + " behind ("
                    + finding.window().label() + ", at most " + bytes(lag.mostBytes()) + " not replayed)");
        }
        if (!finding.caughtUp()) {
            found.add("when the load had ended, it did not catch up within " + millis(finding.allowed()));
        }
        return Wording.words(
                finding,
                "replication lag · the replica fell behind",
                "the replica is never more than " + millis(finding.allowed()) + " behind",
                String.join(NEXT, found));
    }

    static Words of(OutranReplica finding) {
        BulkWrite write = finding.write();
        return Wording.words(
                finding,
                "replication lag · " + write.table() + " written in one transaction",
                finding.excesses().stream()
                        .map(excess -> allowed(excess, finding.pace()))
                        .collect(Collectors.joining(NEXT)),
                largest(write)
                        + (write.rowsHeld() == 0 ? "" : NEXT + count(write.rowsHeld(), "row") + " held until its end"));
    }

    private static String allowed(OutranReplica.Excess excess, ReplicaPace pace) {
        return switch (excess) {
            case ROWS -> "no transaction writes more than a batch: a replica replays in order, with one process";
            case WAL ->
                "no transaction that writes rows writes more than " + bytes(pace.transactionBytes()) + " of WAL";
            case TIME -> "no transaction that writes rows takes longer than " + millis(pace.transaction());
        };
    }

    static Words of(FloodedReplica finding) {
        return Wording.words(
                finding,
                "replication lag · more WAL than a replica can take",
                "the change writes at most " + bytes(finding.allowed()) + " of WAL in a second",
                "it wrote " + bytes(finding.bytesPerSecond()) + " in a second more than was written before it");
    }

    static Words of(StoppedReplicaReaders finding) {
        List<String> found = new ArrayList<>();
        LongReader reader = finding.longReader();
        if (reader != null) {
            found.add(
                    reader.error() == null
                            ? "the replay waited for a long reader for " + millis(reader.replayWaited())
                            : "a long reader was ended after the replay had waited " + millis(reader.replayWaited())
                                    + " for it\n              with " + Wording.oneLine(reader.error()));
            if (!reader.newReaderWaited().isZero()) {
                found.add("a reader that came meanwhile waited " + millis(reader.newReaderWaited()));
            }
            found.add("max_standby_streaming_delay was " + finding.readersDelay());
        }
        if (!finding.waits().isEmpty()) {
            found.add("under load " + waits(finding.waits()));
        }
        return Wording.words(
                finding,
                "replica conflict · readers of " + finding.relation() + " stopped on the replica",
                "no reader on the replica is cancelled, or waits for the replay longer than "
                        + millis(finding.allowed()),
                String.join(NEXT, found));
    }

    private static String waits(List<ReaderWait> waits) {
        ReaderWait longest = waits.get(0);
        return count(waits.size(), "reader") + " waited there, longest " + millis(longest.duration())
                + (longest.operation() == null ? "" : ", operation " + longest.operation());
    }

    private static String largest(BulkWrite write) {
        return "one transaction wrote " + count(write.rows(), "row")
                + (write.tableRows() == 0 ? "" : " of " + Format.number(write.tableRows())) + " of " + write.table()
                + ", "
                + bytes(write.walBytes()) + " of WAL in " + millis(write.duration());
    }

    /** Returns what was seen of the replica, a line for each window, and what predicts its lag; none without a replica. */
    static List<String> lines(PhaseHistory history) {
        ReplicaHistory replica = history.replica();
        if (replica.asked() == null) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        for (Lag lag : replica.lags()) {
            Window window = history.windows().get(lag.window());
            lines.add(window.kind().label() + " " + window.oldPercent() + "/" + (100 - window.oldPercent())
                    + ": at most " + millis(lag.longest()) + " and " + bytes(lag.mostBytes()) + " behind; WAL "
                    + rate(lag));
        }
        BulkWrite.of(history.footprints()).stream()
                .findFirst()
                .ifPresent(write -> lines.add("largest: " + largest(write)));
        LongReader reader = replica.longReader();
        if (reader != null && reader.conflict() == null) {
            lines.add(
                    reader.tables().isEmpty()
                            ? "long reader: the change locks nothing that the application reads there"
                            : "long reader: the replay did not have to wait for readers of "
                                    + reader.tables().stream()
                                            .map(Relation::toString)
                                            .collect(Collectors.joining(", ")));
        }
        if (!replica.waits().isEmpty()) {
            lines.add(waits(replica.waits()));
        }
        return lines;
    }

    private static String rate(Lag lag) {
        Duration time = lag.walTime();
        return time.isZero() ? bytes(lag.walBytes()) : bytes(Math.round(lag.walBytes() * 1e9 / time.toNanos())) + "/s";
    }
}
