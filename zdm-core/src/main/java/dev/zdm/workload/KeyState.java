package dev.zdm.workload;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What is known of the facts of one key. For use by who owns the key. */
final class KeyState {
    private final Map<String, FactState> facts = new HashMap<>(2);

    FactState of(Fact fact) {
        return facts.computeIfAbsent(fact.name(), name -> new FactState());
    }

    /** Returns whether the value of a fact is known. */
    boolean knows(Fact fact) {
        FactState state = facts.get(fact.name());
        return state != null && !state.allowed().isEmpty();
    }

    /** Forgets all facts but these. */
    void keepOnly(Set<String> names) {
        facts.keySet().retainAll(names);
    }

    /** A version that has only these facts writes the key: what that does to others is not known. */
    void forgetAllBut(Collection<Fact> known) {
        if (facts.size() > 1) { // The fact that is being announced is one of them.
            facts.keySet()
                    .removeIf(
                            name -> known.stream().noneMatch(fact -> fact.name().equals(name)));
        }
    }
}
