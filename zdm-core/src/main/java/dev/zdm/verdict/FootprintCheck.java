package dev.zdm.verdict;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.Footprint.LockTaken;
import dev.zdm.observation.Footprint.Rewrite;
import dev.zdm.observation.Footprint.Work;
import dev.zdm.observation.Growth;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.RelationUse;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.Checks.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * No work that grows with a table while a lock stops the application.
 *
 * <p>Judged by what the statements did on a quiet clone, not by how long it took there: on a table of production size it
 * takes as long as that table is large. Where the size in production is known, it is judged by the time there. What the
 * statements of one transaction do adds up, since its locks last until it
 * ends.
 */
final class FootprintCheck {
    private static final double GOOD_PART = 0.3;

    private final PhaseHistory history;
    private final Tolerance tolerance;
    private final Set<Relation> told = new HashSet<>();
    private final Set<Relation> toldOfIndexes = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();

    private FootprintCheck(PhaseHistory history, Tolerance tolerance) {
        this.history = history;
        this.tolerance = tolerance;
    }

    static Outcome check(PhaseHistory history, Tolerance tolerance) {
        FootprintCheck check = new FootprintCheck(history, tolerance);
        for (Footprint footprint : history.footprints()) {
            check.rewrites(footprint);
        }
        Map<Integer, List<Footprint>> transactions = history.footprints().stream()
                .collect(Collectors.groupingBy(Footprint::transaction, LinkedHashMap::new, Collectors.toList()));
        for (List<Footprint> transaction : transactions.values()) {
            check.workUnderLocks(transaction);
            check.massWrites(transaction);
        }
        return Outcome.of(check.findings);
    }

    private void rewrites(Footprint footprint) {
        for (Rewrite rewrite : footprint.rewrites()) {
            Relation table = rewrite.table();
            Growth growth = growth(List.of(footprint), table);
            if (rewrite.relation().equals(table)
                    && (growth == null ? rewrite.rows() > tolerance.tinyTableRows() : isTooLong(growth))
                    && history.use().during(footprint).used().contains(table)
                    && !told.contains(table)) {
                // What it read elsewhere meanwhile, as for a materialized view, is a finding of its own.
                if (footprint.work().stream().allMatch(work -> work.relation().equals(table))) {
                    told.add(table);
                }
                findings.add(new Rewrote(
                        footprint, rewrite, growth, Findings.causedBy(Set.of(footprint.statement()), history)));
            }
        }
    }

    private void workUnderLocks(List<Footprint> transaction) {
        List<LockTaken> held = transaction.stream()
                .flatMap(footprint -> footprint.locks().stream()
                        .filter(lock -> stops(lock, history.use().during(footprint))))
                .sorted(Comparator.comparing(FootprintCheck::isOnIndex)
                        .thenComparing(Comparator.comparing(LockTaken::mode).reversed()))
                .distinct()
                .toList();
        for (LockTaken lock : held) {
            List<Footprint> meanwhile = transaction.stream()
                    .filter(footprint -> footprint.locks().contains(lock))
                    .toList();
            Optional<Work> work = sums(meanwhile).stream()
                    .filter(done -> grows(done, meanwhile))
                    .max(Comparator.comparingLong(FootprintCheck::rowsOf));
            if (work.isPresent() && isNews(lock, held)) {
                Hazard hazard = lock.mode().blocksReaders() ? Hazard.ACCESS_EXCLUSIVE_SCAN : Hazard.WRITE_BLOCK;
                findings.add(finding(hazard, meanwhile, lock, work.get()));
            }
        }
    }

    /** A lock on an index says nothing new if its table is locked as strongly. */
    private boolean isNews(LockTaken lock, List<LockTaken> held) {
        if (!isOnIndex(lock)) {
            return told.add(lock.relation());
        }
        boolean tableIsLocked = held.stream()
                .anyMatch(other ->
                        other.relation().equals(lock.table()) && other.mode().blocksReaders());
        return !tableIsLocked && toldOfIndexes.add(lock.table());
    }

    private static boolean isOnIndex(LockTaken lock) {
        return !lock.relation().equals(lock.table());
    }

    private void massWrites(List<Footprint> transaction) {
        for (Work work : sums(transaction)) {
            if (isMassWrite(work, transaction)
                    && history.use().during(transaction.get(0)).used().contains(work.relation())
                    && told.add(work.relation())) {
                findings.add(finding(Hazard.WRITE_BLOCK, transaction, null, work));
            }
        }
    }

    /** Returns a finding about work under a lock; null: under the locks of the rows that it wrote. */
    private Finding finding(Hazard hazard, List<Footprint> candidates, @Nullable LockTaken lock, Work work) {
        List<Footprint> working = candidates.stream()
                .filter(footprint -> rowsOf(workOn(work.relation(), footprint)) > 0)
                .sorted(Comparator.comparingLong((Footprint footprint) -> rowsOf(workOn(work.relation(), footprint)))
                        .reversed())
                .toList();
        SqlStatement most = working.get(0).statement();
        WorkedUnderLock finding = new WorkedUnderLock(
                hazard,
                working,
                lock == null ? work.relation() : lock.relation(),
                lock == null ? LockMode.ROW_EXCLUSIVE : lock.mode(),
                lock == null ? most : lock.takenBy(),
                work,
                growth(working, work.relation()),
                List.of());
        return finding.withWaits(Findings.causedBy(finding.statements(), history));
    }

    private static Work workOn(Relation relation, Footprint footprint) {
        return footprint.work().stream()
                .filter(work -> work.relation().equals(relation) || work.whole().equals(relation))
                .reduce(new Work(relation, 0, 0, 0, 0, 0, relation, 0), FootprintCheck::sum);
    }

    /** Returns the work on each table, and on each table that is made of others. */
    private static Collection<Work> sums(List<Footprint> footprints) {
        Map<Relation, Work> sums = new LinkedHashMap<>();
        for (Footprint footprint : footprints) {
            for (Work work : footprint.work()) {
                sums.merge(work.relation(), work, FootprintCheck::sum);
                if (!work.whole().equals(work.relation())) {
                    sums.merge(work.whole(), ofWhole(work), FootprintCheck::sum);
                }
            }
        }
        return sums.values();
    }

    private static Work ofWhole(Work work) {
        return new Work(
                work.whole(),
                work.tuplesScanned(),
                work.tuplesWritten(),
                work.lockedAtOnce(),
                work.rowsOfWhole(),
                work.bytes(),
                work.whole(),
                work.rowsOfWhole());
    }

    private static Work sum(Work one, Work other) {
        return new Work(
                one.relation(),
                one.tuplesScanned() + other.tuplesScanned(),
                one.tuplesWritten() + other.tuplesWritten(),
                one.lockedAtOnce() + other.lockedAtOnce(),
                Math.max(one.rows(), other.rows()),
                Math.max(one.bytes(), other.bytes()),
                one.whole(),
                Math.max(one.rowsOfWhole(), other.rowsOfWhole()));
    }

    private static long rowsOf(Work work) {
        return work.tuplesScanned() + work.tuplesWritten();
    }

    private static boolean stops(LockTaken lock, RelationUse use) {
        return !lock.created()
                && (isOnIndex(lock)
                        ? lock.mode().blocksReaders() && use.used().contains(lock.table())
                        : use.isStoppedBy(lock.mode(), lock.table()));
    }

    /** Whether the work is a good part of a table that is not tiny, or takes too long in production. */
    private boolean grows(Work work, List<Footprint> footprints) {
        Growth growth = growth(footprints, work.relation());
        if (growth != null) {
            return isTooLong(growth);
        }
        // A table without rows before the change is a new one, or filled by it.
        boolean tiny = work.rows() > 0 && work.rows() <= tolerance.tinyTableRows();
        return !tiny && isMuch(Math.max(work.tuplesScanned(), work.tuplesWritten()), work);
    }

    private boolean isMassWrite(Work work, List<Footprint> footprints) {
        Growth growth = growth(footprints, work.relation());
        return work.rows() > 0
                && work.lockedAtOnce() > 0
                && (growth == null
                        ? isMuch(work.lockedAtOnce(), work)
                        : work.lockedAtOnce() >= work.rows() * GOOD_PART && isTooLong(growth));
    }

    /** Whether so many rows are more than a batch: a good part of the table, and more than a tiny table has. */
    private boolean isMuch(long done, Work work) {
        return done > tolerance.tinyTableRows() && done >= work.rows() * GOOD_PART;
    }

    /** Returns how the time of the statements' locks grows with this table; null: that was not measured. */
    private @Nullable Growth growth(List<Footprint> footprints, Relation table) {
        return footprints.stream()
                .map(footprint -> Growth.of(footprint.statement(), history.growth()))
                .filter(growth -> growth != null && growth.tables().contains(table))
                .findFirst()
                .orElse(null);
    }

    private boolean isTooLong(Growth growth) {
        return growth.kind() != Growth.Kind.CONSTANT
                && growth.timeInProduction().compareTo(tolerance.lockWait()) > 0;
    }
}
