package dev.zdm.verdict;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.Footprint.LockTaken;
import dev.zdm.observation.Footprint.Rewrite;
import dev.zdm.observation.Footprint.Work;
import dev.zdm.observation.Growth;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import dev.zdm.verdict.Checks.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * No work that grows with a table while a lock stops the application.
 *
 * <p>Judged by what the statement did on a quiet clone, not by how long it took there: on a table of production size it
 * takes as long as that table is large. Where the size in production is known, it is judged by the time there.
 */
final class FootprintCheck {
    private FootprintCheck() {}

    static Outcome check(PhaseHistory history, Tolerance tolerance) {
        List<Finding> findings = new ArrayList<>();
        Set<Relation> told = new HashSet<>();
        for (Footprint footprint : history.footprints()) {
            rewrites(footprint, history, tolerance, told, findings);
            emptied(footprint, history, findings);
        }
        for (Footprint footprint : history.footprints()) {
            workUnderLock(footprint, history, tolerance, told, findings);
            massWrites(footprint, history, tolerance, told, findings);
        }
        return Outcome.of(findings);
    }

    private static void rewrites(
            Footprint footprint, PhaseHistory history, Tolerance tolerance, Set<Relation> told, List<Finding> into) {
        for (Rewrite rewrite : footprint.rewrites()) {
            boolean isTable = rewrite.relation().equals(rewrite.table());
            Growth growth = growth(footprint, rewrite.table(), history);
            if (isTable
                    && (growth == null ? rewrite.rows() > tolerance.tinyTableRows() : isTooLong(growth, tolerance))
                    && history.use().used().contains(rewrite.table())
                    && told.add(rewrite.table())) {
                into.add(new Finding.Rewrote(
                        footprint, rewrite, growth, Findings.causedBy(footprint.statement(), history)));
            }
        }
    }

    private static void emptied(Footprint footprint, PhaseHistory history, List<Finding> into) {
        footprint.emptied().stream()
                .filter(table -> table.relation().equals(table.table()))
                .filter(table -> table.rows() > 0 && history.use().used().contains(table.table()))
                .forEach(table -> into.add(new Finding.Emptied(footprint, table)));
    }

    private static void workUnderLock(
            Footprint footprint, PhaseHistory history, Tolerance tolerance, Set<Relation> told, List<Finding> into) {
        Optional<Work> work = footprint.work().stream()
                .filter(done -> grows(done, footprint, history, tolerance))
                .max(Comparator.comparingLong(done -> done.tuplesScanned() + done.tuplesWritten()));
        if (work.isEmpty()) {
            return;
        }
        for (LockTaken lock : strongest(footprint, history)) {
            if (told.add(lock.relation())) {
                Hazard hazard = lock.mode().blocksReaders() ? Hazard.ACCESS_EXCLUSIVE_SCAN : Hazard.WRITE_BLOCK;
                into.add(new Finding.WorkedUnderLock(
                        hazard,
                        footprint,
                        lock.relation(),
                        lock.mode(),
                        work.get(),
                        growth(footprint, work.get().relation(), history),
                        Findings.causedBy(footprint.statement(), history)));
            }
        }
    }

    private static void massWrites(
            Footprint footprint, PhaseHistory history, Tolerance tolerance, Set<Relation> told, List<Finding> into) {
        for (Work work : footprint.work()) {
            if (isMassWrite(work, footprint, history, tolerance)
                    && history.use().used().contains(work.relation())
                    && told.add(work.relation())) {
                into.add(new Finding.WorkedUnderLock(
                        Hazard.WRITE_BLOCK,
                        footprint,
                        work.relation(),
                        LockMode.ROW_EXCLUSIVE,
                        work,
                        growth(footprint, work.relation(), history),
                        Findings.causedBy(footprint.statement(), history)));
            }
        }
    }

    /** Returns the locks that stop the application, the strongest of each relation. */
    private static List<LockTaken> strongest(Footprint footprint, PhaseHistory history) {
        return footprint.locks().stream()
                .filter(lock -> history.use().isStoppedBy(lock.mode(), lock.relation()))
                .sorted(Comparator.comparing(LockTaken::mode).reversed())
                .toList();
    }

    /** Whether the work is a good part of a table that is not tiny, or takes too long in production. */
    private static boolean grows(Work work, Footprint footprint, PhaseHistory history, Tolerance tolerance) {
        Growth growth = growth(footprint, work.relation(), history);
        if (growth != null) {
            return isTooLong(growth, tolerance) && growth.worker().equals(footprint.statement());
        }
        long done = Math.max(work.tuplesScanned(), work.tuplesWritten());
        return done > tolerance.tinyTableRows() && done >= work.rows() / 2;
    }

    private static boolean isMassWrite(Work work, Footprint footprint, PhaseHistory history, Tolerance tolerance) {
        return work.rows() > 0
                && work.tuplesWritten() > 0
                && work.tuplesWritten() >= work.rows() / 2
                && (growth(footprint, work.relation(), history) != null
                        ? grows(work, footprint, history, tolerance)
                        : work.tuplesWritten() > tolerance.tinyTableRows());
    }

    /** Returns how the time of the statement's locks grows with this table; null: that was not measured. */
    private static @Nullable Growth growth(Footprint footprint, Relation table, PhaseHistory history) {
        Growth growth = Growth.of(footprint.statement(), history.growth());
        return growth != null && growth.tables().contains(table) ? growth : null;
    }

    private static boolean isTooLong(Growth growth, Tolerance tolerance) {
        return growth.kind() != Growth.Kind.CONSTANT
                && growth.timeInProduction().compareTo(tolerance.lockWait()) > 0;
    }
}
