package dev.zdm.catalogue;

import dev.zdm.catalogue.Draft.Known;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.LostByRollback;
import dev.zdm.verdict.NotRestored;
import dev.zdm.verdict.PointOfNoReturn;
import dev.zdm.verdict.TouchedMore;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All known hazards, and which one a finding is about.
 *
 * <p>What a finding is, the server said; which entry explains it is chosen by the words of the statement that caused it
 * and by the code of the failure.
 */
public final class Catalogue {
    private static final List<Known> KNOWN = Stream.of(
                    Rewrites.ALL,
                    Scans.ALL,
                    WriteBlocks.ALL,
                    Queues.ALL,
                    GoneNames.ALL,
                    NewMeanings.ALL,
                    NewRules.ALL,
                    BrokenChanges.ALL,
                    Drifts.ALL,
                    Backfills.ALL)
            .flatMap(List::stream)
            .toList();

    private Catalogue() {}

    /** Returns the entries, those of one {@linkplain Hazard kind} side by side, from the special to the general. */
    public static List<CatalogueEntry> entries() {
        return KNOWN.stream().map(Known::entry).toList();
    }

    /** Returns the entry that explains a finding; where none does, what is to be said of its kind. */
    public static CatalogueEntry of(Finding finding) {
        if (finding instanceof TouchedMore
                || finding instanceof NotRestored
                || finding instanceof LostByRollback
                || finding instanceof PointOfNoReturn) {
            return of(finding.hazard()); // What is wrong with it, no statement says.
        }
        Optional<Known> known =
                KNOWN.stream().filter(one -> one.signature().matches(finding)).findFirst();
        return known.map(Known::entry).orElseGet(() -> of(finding.hazard()));
    }

    /** Returns what is to be said of all findings of a kind; its id is that of the kind. */
    public static CatalogueEntry of(Hazard hazard) {
        return Kinds.of(hazard);
    }
}
