package dev.zdm.verdict;

import dev.zdm.observation.ColumnData;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.SequenceData;
import dev.zdm.observation.TableData;
import dev.zdm.observation.TableData.Successor;
import dev.zdm.observation.UntouchedData.ColumnRead;
import dev.zdm.plan.Invariant;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a change did to the data that were there, and which of its statements. */
final class LostData {
    private LostData() {}

    /**
     * Returns what a broken invariant shows: a loss where a table that it reads has lost rows, or a column its values, or
     * where a copy has taken the place of a table and is as the table was where nobody writes meanwhile.
     */
    static Hazard hazard(Invariant invariant, PhaseHistory history) {
        Set<ColumnRead> reads = history.untouched().reads().getOrDefault(invariant.name(), Set.of());
        boolean lost = history.untouched().tables().stream().anyMatch(table -> hasLost(table, reads, history));
        return lost ? Hazard.DATA_LOSS : Hazard.DATA_DRIFT;
    }

    private static boolean hasLost(TableData table, Set<ColumnRead> reads, PhaseHistory history) {
        Relation now = table.now();
        if (now == null) {
            return false; // What is not there any more, nobody can read.
        }
        return ((table.missing() > 0 || isFaithfulCopy(table))
                        && reads.stream().anyMatch(read -> read.table().equals(now)))
                || table.columns().stream()
                        .anyMatch(column -> column.isLoss()
                                && !isWritten(table, column, history)
                                && reads.contains(new ColumnRead(now, column.now())));
    }

    /** What breaks an invariant over it only under load is that it lacks what was written to the table meanwhile. */
    private static boolean isFaithfulCopy(TableData table) {
        return table.successor() == Successor.COPY
                && table.missing() == 0
                && table.columns().isEmpty();
    }

    /**
     * Returns whether a column differs because a statement of the change wrote to it: it is the column that it was, of the
     * type that it had, or of one that could be had without a rewrite; or because it is generated in another way.
     */
    static boolean isWritten(TableData table, ColumnData column, PhaseHistory history) {
        TableData.Written written = table.written();
        boolean wrote = written.inserted() + written.updated() + written.deleted() > 0;
        boolean sameType = column.kind() == ColumnData.Conversion.NONE
                || history.footprints().stream().noneMatch(footprint -> rewrote(footprint, table));
        return column.formula() || (wrote && column.origin() == ColumnData.Origin.SAME && sameType);
    }

    private static boolean isAbout(TableData table, Relation relation) {
        return relation.equals(table.table()) || relation.equals(table.now());
    }

    private static boolean rewrote(Footprint footprint, TableData table) {
        return footprint.rewrites().stream().anyMatch(rewrite -> isAbout(table, rewrite.table()));
    }

    /** Returns the statement that emptied or dropped a table. */
    static @Nullable SqlStatement whoEmptied(TableData table, PhaseHistory history) {
        return last(
                history,
                footprint -> footprint.emptied().stream().anyMatch(emptied -> isAbout(table, emptied.table())),
                footprint -> locked(footprint, table));
    }

    /** Returns the statement that gave a table other values without writing to them. */
    static @Nullable SqlStatement whoChanged(TableData table, PhaseHistory history) {
        return last(history, footprint -> rewrote(footprint, table), footprint -> locked(footprint, table));
    }

    /** Returns the statement that wrote to a table. */
    static @Nullable SqlStatement whoWrote(TableData table, PhaseHistory history) {
        return last(
                history,
                footprint -> footprint.work().stream()
                        .anyMatch(work -> work.tuplesWritten() > 0
                                && (isAbout(table, work.relation()) || isAbout(table, work.whole()))),
                footprint -> locked(footprint, table));
    }

    /** Returns the statement that set a sequence. */
    static @Nullable SqlStatement whoSet(SequenceData sequence, PhaseHistory history) {
        return last(
                history,
                footprint -> locked(footprint, sequence.sequence()),
                footprint -> locked(footprint, sequence.table()));
    }

    private static boolean locked(Footprint footprint, Relation relation) {
        return footprint.locks().stream()
                .anyMatch(lock ->
                        lock.relation().equals(relation) && Objects.equals(lock.takenBy(), footprint.statement()));
    }

    private static boolean locked(Footprint footprint, TableData table) {
        return footprint.locks().stream()
                .anyMatch(lock -> isAbout(table, lock.table())
                        && lock.mode().blocksReaders()
                        && Objects.equals(lock.takenBy(), footprint.statement()));
    }

    /** Returns the last statement that did the first of these things that any did; else the last one of all. */
    @SafeVarargs
    private static @Nullable SqlStatement last(PhaseHistory history, Predicate<Footprint>... things) {
        List<Footprint> footprints = history.footprints();
        for (Predicate<Footprint> thing : things) {
            for (int i = footprints.size() - 1; i >= 0; i--) {
                if (thing.test(footprints.get(i))) {
                    return footprints.get(i).statement();
                }
            }
        }
        return footprints.isEmpty()
                ? null
                : footprints.get(footprints.size() - 1).statement();
    }
}
