package dev.zdm.rehearsal;

import dev.zdm.observation.Agreement;
import dev.zdm.observation.Agreement.Difference;
import dev.zdm.observation.Agreement.When;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds up comparisons of one phase; the first differences are kept, one for each key. Safe for several threads. */
final class AgreementTally {
    private static final int SHOWN = 5;

    private final Map<Key, Agreement> sums = new LinkedHashMap<>();

    private record Key(String fact, When when) {}

    synchronized void add(List<Agreement> agreements) {
        agreements.forEach(added -> sums.merge(new Key(added.fact(), added.when()), added, AgreementTally::sum));
    }

    private static Agreement sum(Agreement one, Agreement other) {
        return new Agreement(
                one.fact(),
                one.when(),
                one.comparisons() + other.comparisons(),
                one.differing() + other.differing(),
                first(one.first(), other.first()),
                one.unread() + other.unread(),
                one.failure() != null ? one.failure() : other.failure());
    }

    private static List<Difference> first(List<Difference> earlier, List<Difference> later) {
        List<Difference> first = new ArrayList<>(earlier);
        for (Difference difference : later) {
            if (first.size() < SHOWN && first.stream().noneMatch(shown -> shown.key() == difference.key())) {
                first.add(difference);
            }
        }
        return first;
    }

    /** Returns what was added since the last call. */
    synchronized List<Agreement> take() {
        List<Agreement> taken = List.copyOf(sums.values());
        sums.clear();
        return taken;
    }
}
