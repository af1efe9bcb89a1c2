package dev.zdm.report;

import static dev.zdm.report.Format.count;
import static dev.zdm.report.Format.number;

import dev.zdm.observation.Agreement;
import dev.zdm.observation.Agreement.Difference;
import dev.zdm.observation.Agreement.When;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Puts into words what comparisons of both versions said. */
final class AgreementWording {
    private AgreementWording() {}

    /** Returns that both versions read the same, and of how much; empty if they did not, or were not compared. */
    static Optional<String> same(List<Agreement> agreements) {
        long underLoad = comparisons(agreements, When.UNDER_LOAD);
        long keys = agreements.stream()
                .filter(agreement -> agreement.when() != When.UNDER_LOAD)
                .mapToLong(Agreement::comparisons)
                .max()
                .orElse(0);
        boolean allTheSame =
                agreements.stream().allMatch(agreement -> agreement.differing() == 0 && agreement.unread() == 0);
        if (!allTheSame || underLoad + keys == 0) {
            return Optional.empty();
        }
        String load = count(underLoad, "comparison") + " under load";
        return Optional.of("old and new read the same "
                + (keys == 0 ? "in " + load : "of " + count(keys, "key") + (underLoad == 0 ? "" : " (" + load + ")")));
    }

    private static long comparisons(List<Agreement> agreements, When when) {
        return agreements.stream()
                .filter(agreement -> agreement.when() == when)
                .mapToLong(Agreement::comparisons)
                .sum();
    }

    /** Returns what differed. */
    static String found(Agreement agreement) {
        String differing = number(agreement.differing()) + " of ";
        String much = switch (agreement.when()) {
            case UNDER_LOAD -> differing + count(agreement.comparisons(), "comparison") + " under load differed";
            case DRAINED -> differing + count(agreement.comparisons(), "key") + " differ after the load was drained";
            case BEFORE_SWITCH ->
                differing + count(agreement.comparisons(), "key")
                        + " differ before the new version gets traffic, so it got none";
        };
        return much + ", the first: "
                + agreement.first().stream().map(Difference::inWords).collect(Collectors.joining(" | "));
    }

    /** Returns why both versions could not be compared. */
    static String of(Agreement agreement) {
        return "what both versions read as '" + agreement.fact() + "' could not be compared, but for "
                + count(agreement.comparisons(), "key") + ": " + Wording.oneLine(String.valueOf(agreement.failure()))
                + "\n   do       : make the methods marked with @ReadBack work for every key from 1 to the number of rows";
    }
}
