package dev.zdm.verdict;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.Footprint.LockTaken;
import dev.zdm.observation.Footprint.Rewrite;
import dev.zdm.observation.Footprint.Work;
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

/**
 * No work that grows with a table while a lock stops the application.
 *
 * <p>Judged by what the statement did on a quiet clone, not by how long it took there: on a table of production size it
 * takes as long as that table is large.
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
            if (isTable
                    && rewrite.rows() > tolerance.tinyTableRows()
                    && history.use().used().contains(rewrite.table())
                    && told.add(rewrite.table())) {
                into.add(new Finding.Rewrote(footprint, rewrite, Findings.causedBy(footprint.statement(), history)));
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
                .filter(done -> grows(done, tolerance))
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
                        Findings.causedBy(footprint.statement(), history)));
            }
        }
    }

    private static void massWrites(
            Footprint footprint, PhaseHistory history, Tolerance tolerance, Set<Relation> told, List<Finding> into) {
        for (Work work : footprint.work()) {
            if (isMassWrite(work, tolerance)
                    && history.use().used().contains(work.relation())
                    && told.add(work.relation())) {
                into.add(new Finding.WorkedUnderLock(
                        Hazard.WRITE_BLOCK,
                        footprint,
                        work.relation(),
                        LockMode.ROW_EXCLUSIVE,
                        work,
                        Findings.causedBy(footprint.statement(), history)));
            }
        }
    }

    /** Returns the locks that stop the application, the strongest of each relation. */
    private static List<LockTaken> strongest(Footprint footprint, PhaseHistory history) {
        return footprint.locks().stream()
                .filter(lock -> stops(lock, history))
                .sorted(Comparator.comparing(LockTaken::mode).reversed())
                .toList();
    }

    private static boolean stops(LockTaken lock, PhaseHistory history) {
        return (lock.mode().blocksReaders() && history.use().used().contains(lock.relation()))
                || (lock.mode().blocksWriters() && history.use().written().contains(lock.relation()));
    }

    /** Whether the work is a good part of a table that is not tiny. */
    private static boolean grows(Work work, Tolerance tolerance) {
        long done = Math.max(work.tuplesScanned(), work.tuplesWritten());
        return done > tolerance.tinyTableRows() && done >= work.rows() / 2;
    }

    private static boolean isMassWrite(Work work, Tolerance tolerance) {
        return work.rows() > 0
                && work.tuplesWritten() > tolerance.tinyTableRows()
                && work.tuplesWritten() >= work.rows() / 2;
    }
}
