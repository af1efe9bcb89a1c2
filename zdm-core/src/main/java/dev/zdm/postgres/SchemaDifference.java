package dev.zdm.postgres;

import dev.zdm.postgres.SchemaSnapshot.Fact;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How two snapshots of a schema differ. What belongs to an object that is missing or new is not told apart from it.
 *
 * @param missing what was there and is not
 * @param added what was not there and is
 * @param changed what is defined otherwise
 * @param reordered the relations that have the same columns in another order. That is no difference: a column that was
 *     dropped and added again stands last, and nothing can bring it back to where it was
 */
public record SchemaDifference(List<Fact> missing, List<Fact> added, List<Changed> changed, List<Reordered> reordered) {
    /** No difference. */
    public static final SchemaDifference NONE = new SchemaDifference(List.of(), List.of(), List.of(), List.of());

    /**
     * An object that is defined otherwise.
     *
     * @param was how it was
     * @param is how it is
     */
    public record Changed(Fact was, Fact is) {}

    /**
     * A relation whose columns stand otherwise.
     *
     * @param relation its name
     * @param was the columns as they stood
     * @param is the columns as they stand
     */
    public record Reordered(String relation, List<String> was, List<String> is) {}

    /** Takes copies. */
    public SchemaDifference {
        missing = List.copyOf(missing);
        added = List.copyOf(added);
        changed = List.copyOf(changed);
        reordered = List.copyOf(reordered);
    }

    static SchemaDifference between(SchemaSnapshot earlier, SchemaSnapshot later) {
        List<Changed> changed = new ArrayList<>();
        List<Reordered> reordered = new ArrayList<>();
        earlier.facts().forEach((key, was) -> {
            Fact is = later.facts().get(key);
            if (is != null && !is.definition().equals(was.definition())) {
                changed.add(new Changed(was, is));
            }
        });
        earlier.columnOrder().forEach((relation, was) -> {
            List<String> is = later.columnOrder().getOrDefault(relation, List.of());
            if (!is.equals(was) && Set.copyOf(is).equals(Set.copyOf(was))) {
                reordered.add(new Reordered(relation, was, is));
            }
        });
        return new SchemaDifference(only(earlier, later), only(later, earlier), changed, reordered);
    }

    /** Returns the facts of one snapshot that the other does not have, without those that go with another of them. */
    private static List<Fact> only(SchemaSnapshot one, SchemaSnapshot other) {
        List<Fact> facts = one.facts().entrySet().stream()
                .filter(fact -> !other.facts().containsKey(fact.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        Set<String> owners = facts.stream()
                .filter(fact -> fact.of() == null)
                .map(Fact::name)
                .collect(Collectors.toCollection(HashSet::new));
        return facts.stream()
                .filter(fact -> fact.of() == null || !owners.contains(fact.of()))
                .toList();
    }

    /** Returns whether the schemas are the same, but for the order of columns. */
    public boolean isEmpty() {
        return missing.isEmpty() && added.isEmpty() && changed.isEmpty();
    }

    /** Returns a line for each difference: what is missing, new or otherwise; not the order of columns. */
    public List<String> lines() {
        return Stream.of(
                        missing.stream().map(fact -> "missing: " + told(fact)),
                        added.stream().map(fact -> "new: " + told(fact)),
                        changed.stream()
                                .map(change -> change.was().subject() + " was: "
                                        + oneLine(change.was().definition()) + ", is: "
                                        + oneLine(change.is().definition())))
                .flatMap(lines -> lines)
                .toList();
    }

    private static String told(Fact fact) {
        return fact.definition().isEmpty() ? fact.subject() : fact.subject() + ": " + oneLine(fact.definition());
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
