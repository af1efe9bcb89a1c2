package dev.zdm.report;

import static dev.zdm.report.Format.bytes;
import static dev.zdm.report.Format.count;
import static dev.zdm.report.Format.millis;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.Footprint.IndexChange.Kind;
import dev.zdm.observation.Footprint.LockTaken;
import dev.zdm.observation.Footprint.SeenFrom;
import dev.zdm.observation.Footprint.Work;
import dev.zdm.postgres.LockMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Puts into words what statements lock and do on a quiet clone. */
final class FootprintWording {
    private static final int MOST = 12;

    private FootprintWording() {}

    /** Returns a line for each statement that locked or did something worth knowing, as far as they are few. */
    static List<String> of(List<Footprint> footprints) {
        List<Footprint> notable = footprints.stream()
                .filter(footprint -> footprint.seenFrom() != SeenFrom.ONE_OF_MANY)
                .filter(footprint -> !facts(footprint).isEmpty())
                .toList();
        List<String> lines = new ArrayList<>();
        for (Footprint footprint : notable.subList(0, Math.min(MOST, notable.size()))) {
            lines.add(footprint.statement().position() + "  " + String.join("; ", facts(footprint)) + "; WAL "
                    + bytes(footprint.walBytes()) + ", " + millis(footprint.duration()));
        }
        long more = footprints.size() - (long) lines.size();
        if (more > 0 && !lines.isEmpty()) {
            lines.add(count(more, "more statement"));
        }
        return lines;
    }

    private static List<String> facts(Footprint footprint) {
        List<String> facts = new ArrayList<>();
        strongest(footprint).forEach(lock -> facts.add(words(lock, footprint)));
        footprint.rewrites().stream()
                .filter(rewrite -> rewrite.relation().equals(rewrite.table()))
                .forEach(rewrite -> facts.add(rewrite.table() + " rewritten"));
        footprint.emptied().stream()
                .filter(table -> table.relation().equals(table.table()))
                .forEach(table -> facts.add(table.table() + " emptied"));
        footprint.work().forEach(work -> facts.add(words(work)));
        footprint.indexes().forEach(change -> facts.add("index " + change.index() + " " + words(change.kind())));
        footprint.validated().forEach(constraint -> facts.add("constraint " + constraint + " validated"));
        return facts;
    }

    /** Returns the strongest lock of each table that existed, as far as it stops anybody but a DDL statement. */
    private static Stream<LockTaken> strongest(Footprint footprint) {
        Map<Object, LockTaken> strongest = new LinkedHashMap<>();
        footprint.locks().stream()
                .filter(lock -> !lock.created())
                .filter(lock ->
                        lock.relation().equals(lock.table()) || lock.mode().blocksReaders())
                .filter(lock -> lock.mode().compareTo(LockMode.ROW_EXCLUSIVE) > 0)
                .sorted(Comparator.comparing(LockTaken::mode).reversed())
                .forEach(lock -> strongest.putIfAbsent(lock.table(), lock));
        return strongest.values().stream();
    }

    private static String words(LockTaken lock, Footprint footprint) {
        String since = lock.takenBy().equals(footprint.statement())
                ? ""
                : " since " + lock.takenBy().position();
        String until = footprint.seenFrom() == SeenFrom.OUTSIDE ? "" : " until commit";
        return lock.mode().sqlName() + " on " + lock.relation() + since + until;
    }

    private static String words(Work work) {
        List<String> words = new ArrayList<>();
        if (work.tuplesScanned() > 0) {
            words.add(count(work.tuplesScanned(), "row") + " read");
        }
        if (work.tuplesWritten() > 0) {
            words.add(count(work.tuplesWritten(), "row") + " written"
                    + (work.lockedAtOnce() == 0 || work.lockedAtOnce() >= work.tuplesWritten()
                            ? ""
                            : ", at most " + Format.number(work.lockedAtOnce()) + " in one transaction"));
        }
        if (work.lockedAtOnce() > work.tuplesWritten()) {
            words.add(count(work.lockedAtOnce(), "row") + " locked");
        }
        String size = work.rows() == 0 ? "" : " (" + count(work.rows(), "row") + ", " + bytes(work.bytes()) + ")";
        return work.relation() + size + ": " + String.join(", ", words);
    }

    private static String words(Kind kind) {
        return switch (kind) {
            case BUILT -> "built";
            case REBUILT -> "rebuilt";
            case DROPPED -> "dropped";
            case LEFT_INVALID -> "left invalid";
        };
    }
}
